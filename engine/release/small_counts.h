// Which counts of a release may be told: none from which a small one can be computed. Sees counts
// alone. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace musubi::engine {

// What a release counts.
struct ReleaseCounts {
  struct Holder {
    std::string holder;
    std::uint64_t records = 0;
    std::uint64_t persons = 0;
  };

  std::vector<Holder> holders;                    // by name
  std::vector<std::uint64_t> persons_of_holders;  // persons who have records at 1, 2, ... holders

  std::uint64_t records() const;  // of all holders
  std::uint64_t persons() const;
};

// A count as it is told.
struct ToldCount {
  enum class Form : std::uint8_t {
    kNumber,
    kBelow,    // it is below the smallest count that may be told
    kWithheld  // nothing is said: from it a smaller one could be computed
  };
  Form form = Form::kWithheld;
  std::uint64_t number = 0;  // of kNumber

  bool operator==(const ToldCount&) const = default;
};

struct ToldCounts {
  struct Holder {
    std::string holder;
    ToldCount records;
    ToldCount persons;
  };

  std::vector<Holder> holders;
  std::vector<ToldCount> persons_of_holders;
  ToldCount records;
  ToldCount persons;
};

// A count on which no other depends: told as below `smallest` where it is, unless `smallest` is 1.
//
// Requires: smallest >= 1.
ToldCount TellCount(std::uint64_t count, std::uint64_t smallest);

// Tells no count below `smallest`, and none from which, with all others that are told, one could be
// computed:
//
// - Persons of a holder below it are told as such, and that holder's records and the total of the
//   records are withheld.
// - Where those, or the persons of a number of holders, or those whom one of several holders does
//   not have, are below it, the total of the persons and the whole list by numbers of holders are
//   withheld. For the persons of all holders together are the sum of (persons at k holders) * k:
//   with two parts of such a sum told as small, the third may follow. And the total less the
//   persons of a holder are those whom it does not have.
//
// A `smallest` of 1 hides nothing: only 0 is below it.
//
// Requires: smallest >= 1; records >= persons of each holder, and neither is 0 where the other is
//           not; the sums over holders and over numbers of holders agree.
ToldCounts TellCounts(const ReleaseCounts& counts, std::uint64_t smallest);

}  // namespace musubi::engine
