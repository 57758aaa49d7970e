#include "analytics/sql_database.h"

namespace pinion::analytics {

SqlTransaction::~SqlTransaction() {
  if (open_) {
    // Whatever it says: the session is as it was before, or useless.
    (void)session_.Execute("ROLLBACK");
  }
}

base::Status SqlTransaction::Begin() {
  PINION_CHECK(session_.Execute("BEGIN TRANSACTION"));
  open_ = true;
  return {};
}

base::Status SqlTransaction::Commit() {
  PINION_CHECK(session_.Execute("COMMIT"));
  open_ = false;
  return {};
}

}  // namespace pinion::analytics
