// Whether signed decisions approve an application, by the unit's policy. Sees decisions, the
// certificates that the unit pins, and the names of holders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/application.h"
#include "core/result.h"
#include "storage/project_decision.h"
#include "storage/store_values.h"

namespace musubi::engine {

// A file that was read.
struct SignedFile {
  std::string name;  // for messages
  std::string text;
};

// What approvals are held against.
struct ApprovalTerms {
  storage::StorePolicy policy;  // of the store: at least one approval
  Fingerprint contract{};
  std::vector<std::string> holders;  // that are known: by a certificate, or by records
  std::int64_t now = 0;              // Unix seconds
};

// The application that all of `files` approve.
//
// Errors:  kBadData   a file is no signed decision in its one form
//          kRefused   a file is signed by no pinned review body; rejects or revokes; is of another
//                     application; there are too few approvals, or two by one reviewer; a
//                     certificate was not valid then or is not now; the application has run out, or
//                     names an unknown holder: the message says which
//          kContract  it is for another contract
// Threads: safe.
Result<Application> ApprovedApplication(const std::vector<SignedFile>& files,
                                        const ApprovalTerms& terms);

// The signed texts that approve the application in force of a project, in the order in which they
// were given. Requires: it has one.
//
// Errors:  kBadData  what the store has is no decision
// Threads: safe.
Result<std::vector<std::string>> ApprovalsOf(const storage::ProjectInfo& project);

// Whether a project is still approved by review bodies that the store pins: who was found not to be
// trusted any more approves nothing. That a certificate has run out since changes nothing.
//
// Errors:  kRefused  too few of its approvals are of pinned review bodies
//          kBadData  what the store has is no decision
// Threads: safe.
Status CheckStillApproved(const storage::ProjectInfo& project, const storage::StorePolicy& policy);

// Whether an approved application may take the place of a project's: it is of that project, keeps
// its recipient, contract and id scope, was decided after it, and is none that it had before.
//
// Errors:  kRefused  the message says what differs
// Threads: safe.
Status CheckAmendment(const storage::ProjectInfo& project, const Application& amended,
                      const std::vector<SignedFile>& approvals);

// Whether a file takes back the approval of an application that the project has or had.
//
// Errors:  kBadData, kRefused
// Threads: safe.
Status CheckRevocation(const storage::ProjectInfo& project, const SignedFile& file,
                       const ApprovalTerms& terms);

}  // namespace musubi::engine
