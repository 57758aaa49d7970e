#include "api/register_operations.h"
#include "channels/channel_kind.h"
#include "model/channels.h"
#include "model/codec.h"

namespace pinion::api {

namespace {

// One of the ten families of operations: the kind and its three rows.
template <const channels::ChannelKind& kKind, class GetOp, class UpdateOp, class DeleteOp>
struct ChannelOperations {
  using Response = typename GetOp::Response;

  // Every answer is a selection of the members of ChannelState under the same names.
  static base::Result<Response> ResponseOf(const base::Result<model::ChannelState>& state) {
    if (!state.ok()) {
      return state.error();
    }
    return model::Decode<Response>(model::ToJson(*state));
  }

  static base::Result<Response> Get(Call& call, const typename GetOp::Request& request) {
    return ResponseOf(call.services.channels.Get(base::AppId(request.application_id), kKind));
  }

  static base::Result<Response> Update(Call& call, const typename UpdateOp::Request& request) {
    PINION_TRY(const auto update, model::Decode<model::ChannelUpdate>(model::ToJson(request.body)));
    return ResponseOf(call.services.channels.Update(
        base::AppId(request.application_id), kKind, update, call.caller()));
  }

  static base::Result<Response> Delete(Call& call, const typename DeleteOp::Request& request) {
    return ResponseOf(call.services.channels.Delete(base::AppId(request.application_id), kKind));
  }

  static void Register(OperationTable& table) {
    table.Add<GetOp>(Run::kInline, Get);
    table.Add<UpdateOp>(Run::kInline, Update);
    table.Add<DeleteOp>(Run::kInline, Delete);
  }
};

base::Result<model::ChannelsResponse> GetChannels(Call& call,
                                                  const model::GetChannelsRequest& request) {
  return call.services.channels.List(base::AppId(request.application_id));
}

}  // namespace

void RegisterChannelsOperations(OperationTable& table) {
  using namespace model::ops;  // NOLINT: thirty names
  ChannelOperations<channels::kAdm, GetAdmChannel, UpdateAdmChannel, DeleteAdmChannel>::Register(
      table);
  ChannelOperations<channels::kApns, GetApnsChannel, UpdateApnsChannel, DeleteApnsChannel>::
      Register(table);
  ChannelOperations<channels::kApnsSandbox,
                    GetApnsSandboxChannel,
                    UpdateApnsSandboxChannel,
                    DeleteApnsSandboxChannel>::Register(table);
  ChannelOperations<channels::kApnsVoip,
                    GetApnsVoipChannel,
                    UpdateApnsVoipChannel,
                    DeleteApnsVoipChannel>::Register(table);
  ChannelOperations<channels::kApnsVoipSandbox,
                    GetApnsVoipSandboxChannel,
                    UpdateApnsVoipSandboxChannel,
                    DeleteApnsVoipSandboxChannel>::Register(table);
  ChannelOperations<channels::kBaidu, GetBaiduChannel, UpdateBaiduChannel, DeleteBaiduChannel>::
      Register(table);
  ChannelOperations<channels::kEmail, GetEmailChannel, UpdateEmailChannel, DeleteEmailChannel>::
      Register(table);
  ChannelOperations<channels::kGcm, GetGcmChannel, UpdateGcmChannel, DeleteGcmChannel>::Register(
      table);
  ChannelOperations<channels::kSms, GetSmsChannel, UpdateSmsChannel, DeleteSmsChannel>::Register(
      table);
  ChannelOperations<channels::kVoice, GetVoiceChannel, UpdateVoiceChannel, DeleteVoiceChannel>::
      Register(table);
  table.Add<model::ops::GetChannels>(Run::kInline, api::GetChannels);
}

}  // namespace pinion::api
