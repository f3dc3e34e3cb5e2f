// What a project asks for, and what review bodies decide on: docs/formats/project.md. Public.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"

namespace musubi {

// One holder of a project, and what it may hand to the researcher beside the project ids.
struct HolderScope {
  std::string holder;                  // IsPartyName: the name of its certificate
  std::vector<std::string> variables;  // columns of its data, ascending as bytes; may be none

  bool operator==(const HolderScope&) const = default;
};

// How long a person keeps an id.
enum class IdScope : std::uint8_t {
  kProject,  // over all releases of the project
  kRelease   // in one release alone: no id of it is in another
};

// "project", "release".
std::string_view NameOf(IdScope scope);
std::optional<IdScope> IdScopeOf(std::string_view name);

struct Application {
  std::string project;  // IsPartyName
  std::string purpose;
  std::string legal_basis;
  Fingerprint contract{};
  std::vector<HolderScope> holders;   // by name, each once, at least one
  std::string recipient;              // the name of the researcher's certificate: IsPartyName
  Digest256 recipient_certificate{};  // its fingerprint
  std::string environment;            // where the researcher works with the data
  std::string protocol;               // of the study; may be empty
  IdScope id_scope = IdScope::kProject;
  std::vector<std::string> subgroups;   // columns of quality reports, ascending as bytes
  std::vector<std::string> conditions;  // what the researcher keeps to
  std::uint64_t smallest_count = 10;    // counts below it are not told; at least 1
  std::int64_t expires = 0;             // Unix seconds: the last at which it holds

  bool operator==(const Application&) const = default;
};

// The longest of its texts, in bytes: of purpose, legal basis, environment, protocol and a
// condition; and of a column's name.
inline constexpr std::size_t kMaxApplicationText = 4000;
inline constexpr std::size_t kMaxColumnName = 256;
// The most holders, variables of a holder, and subgroups or conditions.
inline constexpr std::size_t kMaxHolders = 100;
inline constexpr std::size_t kMaxVariables = 2000;
inline constexpr std::size_t kMaxListed = 50;
inline constexpr std::uint64_t kMaxSmallestCount = 1'000'000;
inline constexpr std::size_t kMaxApplicationBytes = std::size_t{1} << 20;

// What is wrong with the application, in words that go behind "the application"; empty where
// nothing is. Quotes nothing of it.
std::string MistakeIn(const Application& application);

// Its one form: canonical JSON (RFC 8785), without a line feed.
//
// Requires: MistakeIn(application) is empty.
std::string ApplicationText(const Application& application);

// The application that ApplicationText writes so, to the byte.
//
// Errors: kBadData  there is none; the message begins with "the application" and quotes nothing
Result<Application> ParseApplication(std::string_view text);

// Whether a text begins as an application does: canonical JSON begins with its first member.
bool LooksLikeApplication(std::string_view text);

// The moment that `text` means as an expiry: that of "2027-03-31T12:00:00Z", or the last second of
// the day "2027-03-31" in UTC. None where it is neither.
std::optional<std::int64_t> ParseExpiry(std::string_view text);

}  // namespace musubi
