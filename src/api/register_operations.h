// One Register… function per *_operations.cc file, and all of them together. Called once at start;
// explicit calls, since the linker drops what registers itself from a static library.
#pragma once

#include "api/operation_table.h"

namespace pinion::api {

void RegisterAppsOperations(OperationTable& table);
void RegisterAuditOperations(OperationTable& table);
void RegisterBackupOperations(OperationTable& table);
void RegisterCampaignsOperations(OperationTable& table);
void RegisterChannelsOperations(OperationTable& table);
void RegisterEndpointsOperations(OperationTable& table);
void RegisterEventsOperations(OperationTable& table);
void RegisterIdentityPoolsOperations(OperationTable& table);
void RegisterJobsOperations(OperationTable& table);
void RegisterKeysOperations(OperationTable& table);
void RegisterJourneysOperations(OperationTable& table);
void RegisterKpisOperations(OperationTable& table);
void RegisterMessagesOperations(OperationTable& table);
void RegisterPhoneOperations(OperationTable& table);
void RegisterPrivacyOperations(OperationTable& table);
void RegisterRecommendersOperations(OperationTable& table);
void RegisterSegmentsOperations(OperationTable& table);
void RegisterSettingsOperations(OperationTable& table);
void RegisterSystemOperations(OperationTable& table);
void RegisterTagsOperations(OperationTable& table);
void RegisterTemplateReviewsOperations(OperationTable& table);
void RegisterTemplatesOperations(OperationTable& table);
void RegisterUsersOperations(OperationTable& table);

void RegisterAllOperations(OperationTable& table);

}  // namespace pinion::api
