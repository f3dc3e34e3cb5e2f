// What the unit does with projects: begins them by signed approvals, amends and ends them. A
// refusal is logged. Sees project keys, applications and decisions; no record.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/application.h"
#include "core/exec_context.h"
#include "core/result.h"
#include "storage/link_store.h"

namespace musubi::engine {

// Makes a project with a new random key, without an approval. Only in a store that asks for none.
//
// Errors: kRefused  the store asks for approvals
//         kExists, kUsage; those of the store and of context.random
Status AddProject(storage::LinkStore* store, std::string_view project, const ExecContext& context);

// Makes the project of the application that the files `decisions` approve, with a new random key.
// Judges dates by context.clock. Returns the application.
//
// Errors: kExists   there is a project of that name: an application that amends it goes with
//                   AmendProject
//         kRefused  the store asks for no approval; or as ApprovedApplication says
//         kBadData, kContract, kNoInput; those of the store and of context.random
Result<Application> AddApprovedProject(storage::LinkStore* store,
                                       const std::vector<std::filesystem::path>& decisions,
                                       const ExecContext& context);

// Puts the application that the files approve in the place of its project's, which keeps its key.
//
// Errors: kRefused  the project has ended; or as ApprovedApplication and CheckAmendment say
//         kNoInput  there is no such project, or no such file
//         kBadData, kContract; those of the store
Result<Application> AmendProject(storage::LinkStore* store,
                                 const std::vector<std::filesystem::path>& decisions,
                                 const ExecContext& context);

// Ends the project of the application that the file revokes: for good, and its key is destroyed.
// One pinned review body is enough. Returns the application.
//
// Errors: kRefused  the project has ended; or as CheckRevocation says
//         kNoInput  there is no such project, or no such file
//         kBadData; those of the store
Result<Application> RevokeProject(storage::LinkStore* store, const std::filesystem::path& decision,
                                  const ExecContext& context);

// Ends a project likewise, by the unit.
//
// Errors: kRefused  the project has ended
//         kNoInput  there is no such project
//         those of the store
Status CloseProject(storage::LinkStore* store, std::string_view project,
                    const ExecContext& context);

}  // namespace musubi::engine
