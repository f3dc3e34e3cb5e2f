// The tests of an audit that measure what encodings tell without naming anyone: each with what it
// finds in plain filters. Sees encodings and numbers of tokens. Private to engine/audit.
#pragma once

#include <vector>

#include "engine/audit/audit_policy.h"
#include "engine/audit/finding.h"
#include "engine/audit/people.h"

namespace musubi::engine {

// Each appends its findings. Errors: kInterrupted

// Of all records of the file: equal encodings, and blocks.
Status AddWholeFile(const People& people, const AuditPolicy& policy,
                    std::vector<Finding>* findings);
// How unlike coins the bits are, and whether they tell how many tokens there are.
Status AddBitFrequencies(const People& people, const AuditPolicy& policy,
                         std::vector<Finding>* findings);
// Whether similar encodings are of similar records.
Status AddSimilarities(const People& people, const AuditPolicy& policy,
                       std::vector<Finding>* findings);
// Whether bits tell of tokens to who knows pairs, and to who knows only how frequent tokens are.
Status AddProbe(const People& people, const AuditPolicy& policy, std::vector<Finding>* findings);
Status AddMining(const People& people, const AuditPolicy& policy, std::vector<Finding>* findings);

}  // namespace musubi::engine
