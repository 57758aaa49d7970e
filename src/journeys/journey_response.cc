#include "journeys/journey_response.h"

#include "base/time_text.h"

namespace pinion::journeys {

model::JourneyResponse ResponseOf(const base::AppId& app,
                                  const model::JourneyRecord& record,
                                  const model::WriteJourneyRequest& definition) {
  model::JourneyResponse response;
  response.activities = definition.activities;
  response.application_id = app.value();
  response.closed_days = definition.closed_days;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.id = record.id;
  response.journey_channel_settings = definition.journey_channel_settings;
  response.last_modified_date = base::FormatIso8601(record.modified_at);
  response.limits = definition.limits;
  response.local_time = definition.local_time;
  response.name = definition.name;
  response.open_hours = definition.open_hours;
  response.quiet_time = definition.quiet_time;
  response.refresh_frequency = definition.refresh_frequency;
  response.refresh_on_segment_update = definition.refresh_on_segment_update;
  response.schedule = definition.schedule;
  response.sending_schedule = definition.sending_schedule;
  response.start_activity = definition.start_activity;
  response.start_condition = definition.start_condition;
  response.state = record.state;
  response.tags = record.tags;
  response.timezone_estimation_methods = definition.timezone_estimation_methods;
  response.wait_for_quiet_time = definition.wait_for_quiet_time;
  return response;
}

model::JourneyRunResponse ResponseOf(const model::JourneyRunRecord& run) {
  model::JourneyRunResponse response;
  response.creation_time = base::FormatIso8601(run.created_at);
  response.last_update_time = base::FormatIso8601(run.updated_at);
  response.run_id = run.id;
  response.status = run.status;
  return response;
}

}  // namespace pinion::journeys
