// What an erasure makes of the records that stay: whom they are about becomes a pseudonym, and what
// they say of the person goes, so that everything that is counted stays as it was (OPS-63). Pure.
#pragma once

#include "audit/audit_log.h"
#include "base/ids.h"
#include "eventlog/event.h"
#include "model/jobs.h"
#include "model/native_events.h"
#include "privacy/person.h"

namespace pinion::privacy {

// An event that an erased person owns. Attributes and facts stay as far as KPIs and counters count
// by them.
void Pseudonymise(const Pseudonyms& pseudonyms, eventlog::Event& event);

// The ones below change nothing and answer false where the person is not named.

// Only of a call within the application. The body of the call goes; parameters of its path stay.
bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  const base::AppId& app,
                  audit::AuditRecord& record);
// The row as it was read goes.
bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  model::ImportFailure& failure);
bool Pseudonymise(const Person& person,
                  const Pseudonyms& pseudonyms,
                  model::IngestRefusal& refusal);

}  // namespace pinion::privacy
