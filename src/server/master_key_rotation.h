// Changes the master key of a data directory (OPS-61). At any instant the directory can be opened
// with what lies in it: the new key is written beside the old one, then the data keys are sealed
// anew in one write, then the new key takes the old one's place. What a crash has left in between
// is finished by the next who opens the directory.
#pragma once

#include "auth/master_key.h"
#include "auth/secret_box.h"
#include "base/random.h"
#include "base/result.h"
#include "server/data_directory.h"
#include "storage/key_value_store.h"

namespace pinion::server {

// The key of the directory's file, which is made if there is none; before that, ends a change that
// was interrupted. Fails as auth::MasterKey::FromFile and the store do.
base::Result<auth::MasterKey> MasterKeyOfDirectory(const DataDirectory& directory,
                                                   const storage::Reader& store,
                                                   base::RandomSource& random);

// Makes `next` the master key, in the store and in the directory's file. (Where the key is given by
// configuration there is no file, and auth::SecretBox::ChangeMasterKey is all.)
base::Status ChangeMasterKeyOfDirectory(const DataDirectory& directory,
                                        storage::KeyValueStore& store,
                                        const auth::SecretBox& secrets,
                                        const auth::MasterKey& next);

}  // namespace pinion::server
