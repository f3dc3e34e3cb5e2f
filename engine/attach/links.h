// A map joined to the references of its holder. Private to engine/attach.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/exec_context.h"
#include "core/result.h"
#include "engine/attach/attach.h"

namespace musubi::engine {

// One record of this holder under its project id.
struct Link {
  std::string project_id;
  std::string holder;
  std::string local_id;

  auto operator<=>(const Link&) const = default;
};

struct JoinedLinks {
  std::vector<Link> links;     // ordered: project ids are random, so the holder's order is gone
  std::uint64_t unmapped = 0;  // references that the map does not have
  std::uint64_t left_out = 0;  // references that it has, of persons who withdrew
};

// Errors: as Attach
Result<JoinedLinks> JoinLinks(MapTable map, const OwnRecords& own, const ExecContext& context);

}  // namespace musubi::engine
