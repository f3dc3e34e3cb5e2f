// What a payload may not hold. Sees the holder's data. Private to engine/attach.
#pragma once

#include <vector>

#include "core/contract.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "engine/attach/links.h"
#include "engine/attach/payload.h"
#include "engine/attach/payload_rows.h"

namespace musubi::engine {

// Refuses the payload as AttachPayload says. `links` are those that `rows` point into.
//
// Errors: kBadData, kUsage; those of DecodedTable; kInterrupted
Status GuardPayload(const PayloadRows& rows, const std::vector<Link>& links,
                    const PayloadRequest& request, const Contract& contract,
                    const ExecContext& context);

}  // namespace musubi::engine
