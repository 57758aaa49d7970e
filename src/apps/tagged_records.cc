#include "apps/tagged_records.h"

#include <string>

#include "base/arn.h"
#include "model/apps.h"
#include "model/codec.h"
#include "storage/key.h"

namespace pinion::apps {

using storage::KeyReader;
using storage::KeyWriter;

base::Status VisitTagsOfRecords(const storage::Reader& store,
                                const TaggedFamily& family,
                                std::string_view after,
                                const base::TaggedResources::TagVisitor& visit) {
  std::string from;
  if (const auto last = base::ParseAppResource(after, family.kind)) {
    // The smallest key behind that of the last one.
    from = KeyWriter(family.space).Text(last->app).Text(last->id).Take() + '\0';
  }
  const std::string prefix = KeyWriter(family.space).Take();
  base::Status damaged;
  PINION_CHECK(store.Scan(
      {.prefix = prefix, .from = from}, [&](std::string_view key, std::string_view value) {
        const auto record = model::Decode<model::TaggedRecord>(value);
        if (!record.ok()) {
          damaged = base::Internal("Tags of a record: " + record.error().message);
          return false;
        }
        if (record->status == "DELETED") {
          return true;
        }
        KeyReader reader(key);
        std::string resource = "apps/" + reader.Text() + "/";
        resource.append(family.kind).append("/").append(reader.Text());
        return visit(resource, record->tags.entries());
      }));
  return damaged;
}

}  // namespace pinion::apps
