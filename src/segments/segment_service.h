// The segments of an application: created, versioned, read, deleted (audience.md sections 9 and
// 10). Owns the rules of the resource; who is a member is segments/membership.h. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apps/application_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "base/tags.h"
#include "bitmap/bitmap.h"
#include "model/segments.h"
#include "segments/definition.h"
#include "segments/expression.h"
#include "storage/key_value_store.h"

namespace pinion::segments {

// SEG-26.
constexpr size_t kNestingMax = 10;
constexpr size_t kSegmentNameCharactersMax = 256;

// The list of an imported segment as of one version (JOB-60, JOB-61).
struct ImportedMembers {
  bitmap::Bitmap endpoints;
  std::set<std::string> user_ids;  // members are all endpoints that these users have (JOB-33)
};

// What an import makes or adds to (JOB-21).
struct ImportedSegment {
  std::string name;
  model::SegmentImportResource definition;
  ImportedMembers members;
};

class SegmentService final : public base::TaggedResources, public apps::AppDeletionHook {
 public:
  // Called inside Delete, before anything is stored: whoever uses the segment adds what its
  // deletion means to `batch` (CMP-506).
  class DeletionHook {
   public:
    virtual ~DeletionHook() = default;
    virtual base::Status OnSegmentDelete(const base::AppId& app,
                                         const base::SegmentId& segment,
                                         storage::WriteBatch& batch) = 0;
    virtual void OnSegmentDeleted(const base::AppId& app, const base::SegmentId& segment) {
      (void)app;
      (void)segment;
    }
  };

  SegmentService(storage::KeyValueStore& store,
                 const base::Clock& clock,
                 base::IdGenerator& ids,
                 const apps::ApplicationService& applications);
  // At start, before any request.
  void AddDeletionHook(DeletionHook& hook) { hooks_.push_back(&hook); }

  // Version 1 of a new segment. kInvalidArgument naming the member; nothing is stored then.
  // `chosen_id`: API-72; kConflict when it is taken or rests.
  base::Result<model::SegmentResponse> Create(const base::AppId& app,
                                              const model::WriteSegmentRequest& request,
                                              const std::optional<std::string>& chosen_id);
  // The latest version; kNotFound.
  base::Result<model::SegmentResponse> Get(const base::AppId& app, const base::SegmentId& id) const;
  // kInvalidArgument for a version that is no number, kNotFound for one that does not exist.
  base::Result<model::SegmentResponse> GetVersion(const base::AppId& app,
                                                  const base::SegmentId& id,
                                                  std::string_view version) const;
  // Newest first.
  base::Result<base::Page<model::SegmentResponse>> List(const base::AppId& app,
                                                        const base::PageRequest& page) const;
  base::Result<base::Page<model::SegmentResponse>> ListVersions(
      const base::AppId& app, const base::SegmentId& id, const base::PageRequest& page) const;
  // A new version (SEG-6, SEG-8).
  base::Result<model::SegmentResponse> Update(const base::AppId& app,
                                              const base::SegmentId& id,
                                              const model::WriteSegmentRequest& request);
  // kInvalidArgument while the latest version of another segment builds on it (SEG-9).
  base::Result<model::SegmentResponse> Delete(const base::AppId& app, const base::SegmentId& id);

  // Whether a campaign may name it: the latest version, or kInvalidArgument text for `member` when
  // the segment or the version does not exist.
  base::Result<int32_t> RequireVersion(const base::AppId& app,
                                       std::string_view id,
                                       std::optional<int32_t> version,
                                       std::string_view member) const;
  // IMPORT, or built on one at any depth (SEG-28).
  base::Result<bool> ContainsImport(const base::AppId& app, const base::SegmentId& id) const;

  // Keeps create, update, delete and tags of every segment waiting while it is held.
  [[nodiscard]] std::unique_lock<std::mutex> LockRecords() { return std::unique_lock(writes_); }
  // Adds version 1 of an IMPORT segment under `id`, or the next version of the one that is there,
  // to `batch`. Members of `segment` are those of the new version as a whole. The caller serialises
  // imports into one segment, and holds LockRecords from before it reads the segment until `batch`
  // is applied: an update in between would be lost otherwise.
  base::Status PutImported(const base::AppId& app,
                           const base::SegmentId& id,
                           const ImportedSegment& segment,
                           storage::WriteBatch& batch);
  // The members of the latest version of an IMPORT segment; kInvalidArgument naming `SegmentId` for
  // any other.
  base::Result<ImportedMembers> MembersOfImport(const base::AppId& app,
                                                const base::SegmentId& id) const;

  // Takes these users off the lists of all imported segments, of all versions (OPS-63); tells how
  // many lists had one of them.
  base::Result<size_t> ForgetUsers(const base::AppId& app, const std::set<std::string>& user_ids);

  // What a version consists of, for membership: the simplified expression of a dynamic segment, or
  // the list of an imported one. Without version the latest. A segment or version that does not
  // exist: nothing.
  struct Content {
    Node expression;                                  // DIMENSIONAL
    std::shared_ptr<const ImportedMembers> imported;  // IMPORT
  };
  base::Result<std::shared_ptr<const Content>> ContentOf(const base::AppId& app,
                                                         std::string_view id,
                                                         std::optional<int32_t> version) const;
  // Checks a definition as Create does; the expression.
  base::Result<Node> Check(const base::AppId& app, const Definition& definition) const;

  base::Result<base::Tags> TagsOf(std::string_view resource) const override;
  base::Status UpdateTags(std::string_view resource, const base::TagChange& change) override;
  base::Status VisitTags(std::string_view after, const TagVisitor& visit) const override;
  base::Status OnDelete(const base::AppId& app, storage::WriteBatch& batch) override;

 private:
  struct Stored {
    model::SegmentRecord record;
    model::SegmentVersionRecord version;
  };

  base::Result<std::optional<model::SegmentRecord>> FindRecord(const base::AppId& app,
                                                               std::string_view id) const;
  base::Result<model::SegmentRecord> ReadRecord(const base::AppId& app, std::string_view id) const;
  base::Result<std::optional<model::SegmentVersionRecord>> FindVersion(const base::AppId& app,
                                                                       std::string_view id,
                                                                       int32_t version) const;
  base::Result<Stored> ReadLatest(const base::AppId& app, std::string_view id) const;
  base::Status CheckReferences(const base::AppId& app,
                               const Definition& definition,
                               std::string_view self,
                               size_t depth) const;
  base::Result<std::vector<std::string>> Dependents(const base::AppId& app,
                                                    std::string_view id) const;
  base::Result<bool> BuildsOnImport(const base::AppId& app,
                                    std::string_view id,
                                    std::optional<int32_t> version,
                                    size_t depth) const;

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  base::IdGenerator& ids_;
  const apps::ApplicationService& applications_;
  std::vector<DeletionHook*> hooks_;
  std::mutex writes_;  // held from reading to writing a record
};

}  // namespace pinion::segments
