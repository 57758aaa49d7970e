// The endpoints that every benchmark uses: endpoint number i is the same row wherever it is asked
// for, as a document for Pinion and PostgreSQL and as columns for DuckDB. Stateless; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace pinion::bench {

std::string EndpointId(uint64_t number);

// Appends the endpoint as an EndpointRequest (about 650 bytes: 20 attributes and a user with one),
// without escapes. With `with_id` it is an item of a batch. Generation 0 is the row of the columns;
// another generation is the same person with other attributes, as an update finds it.
void AppendDocument(uint64_t number, uint64_t generation, bool with_id, std::string& out);

// The names of the columns, and one line of them, both with the end of line. Interests are
// separated by '|'.
std::string ColumnNames();
void AppendColumns(uint64_t number, std::string& out);

}  // namespace pinion::bench
