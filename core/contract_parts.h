// The parts of a contract: fields, filters, tokens and rules. Public facts; no record, no secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/threshold.h"

namespace musubi {

// How a field's written forms are made comparable (docs/identifiers.md).
enum class FieldKind {
  kRaw,
  kName,
  kNameKana,
  kNameKanji,
  kNameRomaji,
  kDate,
  kSex,
  kDigits,
  kPostcode,
  kText,
  kPhone,
  kInsurerNumber,
  kInsuranceCode,
  kInsuranceBranch,
  kInsuredId,
  kMunicipality,
  kAddress
};

// How much of the way in which a value is written counts (docs/identifiers.md).
enum class Level {
  kStrict,    // one spelling in one form: width, case, kana script, variant kanji
  kSkeleton,  // spellings that mean the same: small kana, long vowels, nicknames, romaji systems
  kPhonetic   // values that sound alike or are taken for one another: similarity, never identity
};
inline constexpr std::size_t kLevels = 3;

// Which part of a written value is the field.
enum class FieldPart {
  kWhole,
  kFirstWord,   // of a name
  kOtherWords,  // of a name: all but the first
  kLastWord,    // of a name
  kMunicipality,
  kTown,
  kNumber  // of an address: block and building numbers
};

// The order in which a written date names its parts where the year does not come first.
enum class DateOrder { kYearFirst, kDayFirst, kMonthFirst };

// What becomes of a value that is not a valid one of its kind.
enum class InvalidPolicy {
  kMissing,  // the field counts as missing
  kKeep,     // compared as written, where it has the shape of its kind (an impossible date)
  kReject    // the row is rejected
};

struct Field {
  std::string name;
  std::vector<std::string> columns;  // CSV headers; the cells are joined by one blank
  FieldKind kind = FieldKind::kText;
  FieldPart part = FieldPart::kWhole;
  DateOrder date_order = DateOrder::kYearFirst;
  std::string calling_code;  // of phone numbers without one: "81"
  bool nicknames = false;    // English nicknames count as the formal name, from kSkeleton on
  InvalidPolicy on_invalid = InvalidPolicy::kMissing;
  bool required = false;  // a row without it is rejected
};

// Whether values of `kind` have forms of their own at kSkeleton and kPhonetic.
bool HasLevels(FieldKind kind);

enum class TokenKind { kQGram, kExact, kNeighbours };

// How a normalised value is cut into tokens.
struct TokenRule {
  TokenKind kind = TokenKind::kQGram;
  std::uint32_t q = 2;      // code points a gram; 1 to 4
  bool padded = true;       // q-1 blanks on either side
  bool positional = false;  // each gram carries its place, counted from 1
  // Neighbours of the number n, or of the day n of a date: n / step + i for i = -reach .. reach.
  std::uint32_t step = 1;   // 1 to 1,000,000
  std::uint32_t reach = 0;  // 1 to 100
};

// The part of a field's value that goes into a block token.
enum class PartForm {
  kFull,      // the whole normalised value
  kPrefix,    // its first `length` code points
  kYear,      // of a date
  kMonthDay,  // of a date
  kSoundex,   // American Soundex; for names in Latin letters
  kSorted,    // the words of a name in order of code points: the same where they are swapped
  kUnvoiced   // a kana name without its voicing marks: ハマザキ as ハマサキ
};

struct BlockPart {
  std::uint32_t field = 0;  // index into Contract::fields()
  Level level = Level::kStrict;
  PartForm form = PartForm::kFull;
  std::uint32_t length = 0;  // code points, for kPrefix
};

// One blocking pass: records with equal tokens are candidates.
struct BlockRule {
  std::string name;
  std::vector<BlockPart> parts;
  // A token that more records share than these tells too little of them: its block is left to the
  // other passes. 0: no block is left out.
  std::uint32_t max_records = 0;
};

// An exact comparison of a combination of values: records with equal tokens agree in it, and are
// candidates; records with two different tokens conflict.
struct MatchRule {
  std::string name;
  std::vector<BlockPart> parts;
  std::uint32_t weight = 1;           // of agreement, in the weighted mean; 1 to 1000
  std::uint32_t conflict_weight = 0;  // of disagreement; 0 to 1000
};

enum class CandidateMethod {
  kAuto,      // all pairs while there are at most all_pairs_up_to, block tokens beyond
  kAllPairs,  // every pair
  kBlocks,    // pairs that share a block token
  kJoin,      // pairs that are similar in one filter, all of them
  kLsh        // the same, each found with a chance: Hamming locality-sensitive hashing
};

// How pairs are decided (docs/model.md).
enum class ModelKind {
  kWeightedMean,  // of similarities, by weights that the contract gives
  kFellegiSunter  // by weights that are learnt from the pairs themselves
};

// Which links may join clusters, taken from the best down (docs/model.md, "Resolution"). A link is
// a record's best towards a holder without duplicates where none of its links there is better.
enum class ResolutionKind {
  kGreedy,       // all
  kMutualBest,   // those that are the best of both their records
  kStrongFirst,  // the same, and then those that are the best of one
  kOptimal       // between two holders without duplicates, those of a matching of the most weight
};

// The filters and match tokens that the model fellegi_sunter compares, at most: a pair's agreement
// is four bits each of a 64-bit word.
inline constexpr std::size_t kMostComparisons = 16;

struct LinkagePlan {
  CandidateMethod candidates = CandidateMethod::kAuto;
  std::uint64_t all_pairs_up_to = 0;   // pairs
  std::uint32_t candidate_filter = 0;  // of kJoin and kLsh: index into Contract::filters()
  // Of kJoin and kLsh: the least Dice similarity. Absent where it follows from the threshold, as it
  // does where the contract has one filter and nothing else to compare.
  std::optional<Threshold> similarity;
  Threshold recall{99, 100};  // of kLsh: the chance to find a pair that is just similar enough
  ModelKind model = ModelKind::kWeightedMean;
  // The least weighted mean of a link; or the least chance that it is one person's, below 1.
  Threshold threshold;
  std::uint32_t prior_weight = 0;  // weight of "no agreement" that every pair starts with
  // Of the weighted mean: filters are views of one record, and the one that agrees best counts
  // alone. Each has weight 1 then, and there are no match tokens.
  bool best_view = false;
  // Of the weighted mean: a run raises the threshold until at least this share of its links is
  // right, by the pairs within holders that declare no duplicates. Above 0, below 1.
  std::optional<Threshold> least_precision;
  ResolutionKind resolution = ResolutionKind::kGreedy;
};

enum class Profile {
  kFields,  // a filter for each field or group of fields
  kRecord,  // one filter for each person
  kClkhash  // one filter for each person, as clkhash makes it (docs/formats/clkhash.md)
};

}  // namespace musubi
