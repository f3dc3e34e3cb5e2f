// Errors as they come about between two registrations of one person, made in a record on purpose:
// what a linkage would have found can then be counted where nobody knows the truth. Sees
// identifiers; holder only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract_parts.h"
#include "core/seeded_draws.h"

namespace musubi::identity {

enum class SimulatedError : std::uint8_t {
  kMoved,             // postcode, municipality, address and phone are another record's
  kTyping,            // a slip in a name, an address or other text
  kMissing,           // a value is left out
  kDigits,            // a slip in a number, or in the digits of an address
  kDate,              // day and month exchanged, the year one off, one digit wrong
  kSurnameChanged,    // the surname is another record's, in every script
  kNameShortened,     // a second given name is left out
  kPetName,           // an English pet form for the given name
  kNamesExchanged,    // given name and surname in each other's place
  kInsuranceChanged,  // all that an insurer gave is another record's
  kSex,               // another record's
};
inline constexpr std::size_t kSimulatedErrors = 11;

// "moved", "typing", ...
std::string_view NameOf(SimulatedError error);

// Of 100 errors in records that have values of every kind; where a contract lacks some kinds, the
// others keep their proportions.
//
// Basis: moves are far the commonest, and dates and sexes seldom wrong (Harron et al., BMC Med Res
//        Methodol 17:23, 2017: postcodes of the young differ or are missing in 53 % of linked
//        English hospital records, dates of birth and sexes in 0.1 %). Misspellings are a half of
//        what differs in first names and a third in last names, others being exchanged names,
//        second names left out and new surnames (Just et al., Perspect Health Inf Manag 13:1e,
//        2016). The numbers themselves are chosen by hand, and dates kept well above that report,
//        for they decide most.
inline constexpr std::array<unsigned, kSimulatedErrors> kErrorShares = {30, 22, 10, 9, 9, 7,
                                                                        4,  3,  2,  3, 1};

// How many of 100 copies have no error, one, two, three and four. Chosen by hand: half of all
// second records say the same as the first.
inline constexpr std::size_t kMostErrors = 4;
inline constexpr std::array<unsigned, kMostErrors + 1> kCopiesWithErrors = {50, 30, 13, 5, 2};

// A record as it is written: a cell for each column of its file, in UTF-8.
using WrittenRecord = std::vector<std::string>;

// Makes errors in records of one file.
//
// Threads: safe while no two calls share their arguments.
class ErrorSimulator {
 public:
  // `columns` has, for each of `fields`, the indexes of its columns in a record; several fields may
  // be parts of one column.
  ErrorSimulator(const std::vector<Field>& fields,
                 const std::vector<std::vector<std::size_t>>& columns);

  // Makes up to kMostErrors errors in `*record`, and returns which, in their order; fewer than were
  // drawn where no more apply, and none of a kind twice, so that none undoes another. `other` is
  // the record of another person, whose address, surname and insurance are taken. The same draws
  // make the same errors.
  //
  // A contract does not say which of two name columns holds the surname: it is the one whose field
  // has "surname", "family" or "last" in its name, else the second. In a column of whole names the
  // surname is the first word of kana and kanji and the last of other names.
  //
  // Requires: both have all columns, in valid UTF-8.
  std::vector<SimulatedError> Spoil(const WrittenRecord& other, SeededDraws* draws,
                                    WrittenRecord* record) const;

 private:
  // The columns of names in one script.
  struct NameColumns {
    FieldKind kind = FieldKind::kName;
    std::vector<std::size_t> columns;
    std::optional<std::size_t> named_surname;  // its place in `columns`, where a field's name tells

    // Requires: columns are several.
    std::size_t surname() const { return named_surname.value_or(1); }
  };

  void AddNames(const Field& field, const std::vector<std::size_t>& columns);
  void AddColumns(const Field& field, const std::vector<std::size_t>& columns);
  bool Make(SimulatedError error, const WrittenRecord& other, SeededDraws* draws,
            WrittenRecord* record) const;
  bool ChangeSurname(const WrittenRecord& other, WrittenRecord* record) const;
  bool ShortenName(SeededDraws* draws, WrittenRecord* record) const;
  bool TakePetName(SeededDraws* draws, WrittenRecord* record) const;
  bool ExchangeNames(WrittenRecord* record) const;

  std::vector<NameColumns> names_;       // one a script
  std::vector<std::size_t> texts_;       // names, addresses and other text
  std::vector<std::size_t> numbers_;     // columns of numbers, and addresses
  std::vector<std::size_t> homes_;       // what changes with the home
  std::vector<std::size_t> insurances_;  // what changes with the insurer
  std::vector<std::size_t> sexes_;
  std::vector<std::size_t> all_;
  std::vector<std::size_t> dates_;
  std::vector<DateOrder> date_orders_;  // of dates_
};

}  // namespace musubi::identity
