#include "api/register_operations.h"

namespace pinion::api {

void RegisterAllOperations(OperationTable& table) {
  RegisterAppsOperations(table);
  RegisterAuditOperations(table);
  RegisterBackupOperations(table);
  RegisterCampaignsOperations(table);
  RegisterChannelsOperations(table);
  RegisterEndpointsOperations(table);
  RegisterEventsOperations(table);
  RegisterIdentityPoolsOperations(table);
  RegisterJobsOperations(table);
  RegisterKeysOperations(table);
  RegisterJourneysOperations(table);
  RegisterKpisOperations(table);
  RegisterMessagesOperations(table);
  RegisterPhoneOperations(table);
  RegisterPrivacyOperations(table);
  RegisterRecommendersOperations(table);
  RegisterSegmentsOperations(table);
  RegisterSettingsOperations(table);
  RegisterSystemOperations(table);
  RegisterTagsOperations(table);
  RegisterTemplateReviewsOperations(table);
  RegisterTemplatesOperations(table);
  RegisterUsersOperations(table);
}

}  // namespace pinion::api
