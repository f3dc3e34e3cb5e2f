#include "storage/store_values.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace musubi::storage {

namespace {

constexpr std::array<std::string_view, 4> kStateNames = {"approved", "revoked", "closed",
                                                         "expired"};

}  // namespace

std::vector<crypto::Certificate> OfRole(const std::vector<crypto::Certificate>& trusted,
                                        crypto::Role role) {
  std::vector<crypto::Certificate> of_role;
  std::ranges::copy_if(trusted, std::back_inserter(of_role),
                       [role](const crypto::Certificate& c) { return c.role() == role; });
  return of_role;
}

std::string_view NameOf(ProjectState state) { return kStateNames[static_cast<std::size_t>(state)]; }

ProjectState StateAt(const ProjectInfo& project, std::int64_t now) {
  const bool expired = project.application && now > project.application->expires;
  return project.state == ProjectState::kApproved && expired ? ProjectState::kExpired
                                                             : project.state;
}

}  // namespace musubi::storage
