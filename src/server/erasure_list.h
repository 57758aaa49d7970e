// The list of erasures beside the backups of a folder (OPS-63). A backup that is older than an
// erasure still holds the person; so the folder keeps who was erased since, as keyed hashes, and a
// restore has those erasures done again. Who opens the backup without its list, or with another
// program, finds the person. Stateless; processes and threads may write one list at a time each.
#pragma once

#include <cstddef>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::server {

// Adds the finished erasures of `store` to the list of the folder, which holds backups.
base::Status WriteErasureList(const std::string& folder, const storage::Reader& store);
// To every folder that backups of this store went to. One that cannot be reached now is named in
// the log, and gets its list with the next backup.
void WriteErasureLists(storage::KeyValueStore& store);

// Adds to `store`, which was restored from the folder, what it does not know of the list: erasures
// that begin when a server starts on it. Durable when it returns; how many there are.
base::Result<size_t> TakeErasureList(const std::string& folder,
                                     storage::KeyValueStore& store,
                                     base::RandomSource& random);

}  // namespace pinion::server
