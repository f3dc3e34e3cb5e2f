// What a store and its link runs are like, for those who run and review a linkage: one document of
// counts, shares and weights, and one page that shows it. Sees encodings and linkage keys; tells no
// reference, filter, token, key or anything else of one record.
#pragma once

#include <string>
#include <string_view>

#include "core/exec_context.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::engine {

// The document, as canonical JSON (RFC 8785); its members are in docs/report.md. The same store
// gives the same bytes, whatever the number of threads.
//
// Cost:   one pass over all filters and all members.
// Memory: 20 bytes a record that has a key, all proposals and decisions.
// Errors: those of the store; kInterrupted; the store is as it was
Result<std::string> ReportDocument(storage::LinkStore* store, const ExecContext& context);

// A page of HTML that shows `document` in any browser, without a network: text, styles, program and
// document are all in it.
std::string ReportPage(std::string_view document);

}  // namespace musubi::engine
