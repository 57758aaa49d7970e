// The page from which the file of an access request is fetched (OPS-64). It needs no credentials:
// the token in its query, good for an hour, is all. Set up at start, then shared without locks.
#pragma once

#include "api/edge.h"
#include "api/services.h"
#include "base/result.h"

namespace pinion::api {

// Lets the edge serve it. Before the first request; `services` must outlive the edge.
base::Status AddPrivacyDownloads(Edge& edge, const Services& services);

}  // namespace pinion::api
