// A clkhash linkage schema, of version 1, 2 or 3: how the columns of a file become one filter.
// Public among the holders: it holds no secret. Holder only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clkhash/pattern.h"
#include "clkhash/python_date.h"
#include "clkhash/python_number.h"
#include "core/result.h"
#include "crypto/hkdf_long.h"

namespace musubi::clkhash {

enum class LetterCase { kMixed, kUpper, kLower };

// A regular expression that matches the whole value, or else bounds in code points and a case.
struct StringFormat {
  std::optional<Pattern> pattern;
  LetterCase letter_case = LetterCase::kMixed;
  std::uint64_t min_length = 0;
  std::uint64_t max_length = UINT64_MAX;
};

// Bounds as canonical digits (python_number.h).
struct IntegerFormat {
  std::optional<std::string> minimum;
  std::optional<std::string> maximum;
};

struct EnumFormat {
  std::vector<std::string> values;  // sorted
};

using Format = std::variant<StringFormat, IntegerFormat, DateFormat, EnumFormat>;

struct ExactComparison {};

struct NgramComparison {
  std::uint32_t n = 2;
  bool positional = false;
};

// Vatsalan and Christen, J. Biomed. Inform. 59 (2016): numbers as their neighbourhoods.
struct NumericComparison {
  BigInt distance;      // thresholdDistance * 10^fractional_precision, rounded
  BigInt doubled_half;  // twice the double nearest to distance / 2
  bool half_is_finite = true;
  std::uint32_t resolution = 1;
  std::uint32_t fractional_precision = 0;
};

using Comparison = std::variant<ExactComparison, NgramComparison, NumericComparison>;

// How often a token is inserted.
struct Strategy {
  bool per_feature = false;  // `bits` is shared out among the tokens of a value
  std::uint32_t bits = 0;

  // Insertions of token `index` of `count`.
  std::uint32_t InsertionsOf(std::size_t index, std::size_t count) const;
};

enum class HashKind { kBlake, kDouble, kDoubleNonSingular };

enum class TextEncoding { kAscii, kUtf8, kUtf16, kUtf32 };

struct MissingValue {
  std::string sentinel;      // the written form that means "missing"
  std::string replace_with;  // what is hashed instead
};

struct Hashing {
  Comparison comparison;
  Strategy strategy;
  HashKind hash = HashKind::kBlake;
  TextEncoding encoding = TextEncoding::kUtf8;
  std::optional<MissingValue> missing;
};

struct Feature {
  std::string identifier;  // the column's name
  Format format;
  std::optional<Hashing> hashing;  // none: the column is ignored
};

struct KeyDerivation {
  crypto::HkdfHash hash = crypto::HkdfHash::kSha256;
  std::vector<std::uint8_t> salt;
  std::vector<std::uint8_t> info;
  std::uint32_t key_bytes = 64;
};

// A validated schema. Immutable; threads: safe to share.
class Schema {
 public:
  // What this program encodes at most: bits of a filter before folding.
  static constexpr std::uint64_t kMaxBits = std::uint64_t{1} << 24;

  // Reads, validates and converts a schema the way clkhash 0.18.3 does, and refuses one that
  // clkhash accepts but cannot encode with. Every mistake is listed, each at its JSON pointer.
  //
  // Errors: kContract  not JSON, not a schema, or one beyond the limits of docs/formats/clkhash.md
  static Result<Schema> Parse(std::string_view json);

  int version() const { return version_; }      // as written: 1, 2 or 3
  std::uint32_t bits() const { return bits_; }  // of an encoding, after folding
  std::uint32_t xor_folds() const { return xor_folds_; }
  std::uint32_t unfolded_bits() const { return bits_ << xor_folds_; }
  std::size_t row_bytes() const { return (std::size_t{bits_} + 7) / 8; }
  const KeyDerivation& key_derivation() const { return key_derivation_; }
  const std::vector<Feature>& features() const { return features_; }

  // What a reader of the schema may not expect of it, such as a member that clkhash ignores.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  friend class SchemaBuilder;
  Schema() = default;

  int version_ = 0;
  std::uint32_t bits_ = 0;
  std::uint32_t xor_folds_ = 0;
  KeyDerivation key_derivation_;
  std::vector<Feature> features_;
  std::vector<std::string> warnings_;
};

}  // namespace musubi::clkhash
