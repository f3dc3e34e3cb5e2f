#include "clkhash/schema_builder.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "clkhash/lenient_base64.h"
#include "core/check.h"

namespace musubi::clkhash {
namespace {

using Type = Json::Type;

// The limits of docs/formats/clkhash.md, beyond what any study uses.
constexpr std::uint64_t kMaxGram = 256;
constexpr std::uint64_t kMaxInsertions = 1'000'000;
constexpr std::uint64_t kMaxResolution = 100'000;
constexpr std::uint64_t kMaxKeyBytes = 4096;

// A count that may be written as any integer: what is beyond 64 bits bounds nothing.
std::uint64_t Clamped(const Json* json, std::uint64_t otherwise) {
  if (json == nullptr) return otherwise;
  constexpr double kTooMuch = 9e18;
  return json->number < kTooMuch ? static_cast<std::uint64_t>(json->number) : UINT64_MAX;
}

std::optional<std::string> Bound(const Json* json) {
  if (json == nullptr) return std::nullopt;
  return json->Is(Type::kInteger) ? json->text : ExactInteger(json->number).str();
}

// `value` with all but its 53 highest bits rounded off, half to even, as a double has it.
BigInt RoundedToDouble(const BigInt& value) {
  constexpr unsigned kMantissaBits = 53;
  const auto bits = static_cast<unsigned>(boost::multiprecision::msb(value)) + 1;
  if (bits <= kMantissaBits) return value;
  const unsigned shift = bits - kMantissaBits;
  BigInt kept = value >> shift;
  const BigInt rest = value - (kept << shift);
  const BigInt half = BigInt(1) << (shift - 1);
  if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  return kept << shift;
}

BigInt PowerOfTen(std::uint32_t exponent) {
  return boost::multiprecision::pow(BigInt(10), exponent);
}

// thresholdDistance * 10^precision, rounded half to even: exactly where the distance is written as
// an integer, else in doubles; none where they overflow.
std::optional<BigInt> DistanceOf(const Json& threshold, std::uint32_t precision) {
  if (threshold.Is(Type::kInteger)) return BigInt(BigInt(threshold.text) * PowerOfTen(precision));
  constexpr std::uint32_t kMaxDoublePower = 308;
  if (precision > kMaxDoublePower) return std::nullopt;
  std::string scratch;
  const auto power = ParseFloat("1e" + std::to_string(precision), &scratch);
  const double distance = threshold.number * power.value_or(1);
  if (!std::isfinite(distance)) return std::nullopt;
  return ExactInteger(std::nearbyint(distance));
}

bool IsSet(const Json& object, const char* key) {
  const Json* const member = object.Find(key);
  return member != nullptr && member->Truthy();
}

}  // namespace

Result<Schema> SchemaBuilder::Build(const Json& root) {
  const auto& features = root.Find("features")->items;
  ReadConfig(*root.Find("clkConfig"));
  if (features.empty()) Say("/features", "is empty: there is nothing to encode");
  if (mistakes_.empty()) {
    for (std::size_t i = 0; i < features.size(); ++i) {
      ReadFeature(features[i], Within("/features", i));
    }
    CheckKeys("/clkConfig/kdf");
  }
  if (!mistakes_.empty()) return SchemaError(mistakes_);
  return std::move(schema_);
}

std::uint32_t SchemaBuilder::Number(const Json& object, const std::string& pointer, const char* key,
                                    std::uint32_t otherwise, std::uint64_t most, bool exactly) {
  const Json* const member = object.Find(key);
  if (member == nullptr) return otherwise;
  if (exactly && !member->Is(Type::kInteger)) {
    Say(Within(pointer, key), "must be written without a fraction");
    return otherwise;
  }
  if (!(member->number >= 0) || member->number > static_cast<double>(most)) {
    Say(Within(pointer, key), "is beyond what is supported: " + std::to_string(most));
    return otherwise;
  }
  return static_cast<std::uint32_t>(member->number);
}

void SchemaBuilder::ReadConfig(const Json& config) {
  const std::string pointer = "/clkConfig";
  schema_.bits_ = Number(config, pointer, "l", 1, Schema::kMaxBits);
  ReadFolds(config, pointer);
  ReadKeyDerivation(*config.Find("kdf"), Within(pointer, "kdf"));
}

// clkhash 0.18.3 obeys "xor_folds", which no version of the schema names, and not the "xorFolds"
// that all of them do. To fold would part us from every study whose schema has it.
void SchemaBuilder::ReadFolds(const Json& config, const std::string& pointer) {
  constexpr std::uint64_t kMaxFolds = 24;
  schema_.xor_folds_ = Number(config, pointer, "xor_folds", 0, kMaxFolds);
  if (std::uint64_t{schema_.bits_} << schema_.xor_folds_ > Schema::kMaxBits) {
    Say(pointer, "asks for a filter of more than 16,777,216 bits before folding");
  }
  if (schema_.xor_folds_ > 0) {
    schema_.warnings_.push_back(
        "/clkConfig/xor_folds is obeyed as clkhash obeys it, though no schema version names it");
  }
}

void SchemaBuilder::ReadKeyDerivation(const Json& kdf, const std::string& pointer) {
  KeyDerivation& out = schema_.key_derivation_;
  const Json* const hash = kdf.Find("hash");
  if (hash != nullptr && hash->text == "SHA512") out.hash = crypto::HkdfHash::kSha512;
  out.salt = ReadBytes(kdf, pointer, "salt");
  out.info = ReadBytes(kdf, pointer, "info");
  out.key_bytes = Number(kdf, pointer, "keySize", 64, kMaxKeyBytes);
}

std::vector<std::uint8_t> SchemaBuilder::ReadBytes(const Json& kdf, const std::string& pointer,
                                                   const char* key) {
  const Json* const text = kdf.Find(key);
  if (text == nullptr) return {};
  auto bytes = DecodeLenientBase64(text->text);
  if (!bytes) Say(Within(pointer, key), "is not base64");
  return std::move(bytes).value_or(std::vector<std::uint8_t>());
}

// Two keys a feature, ignored ones too.
void SchemaBuilder::CheckKeys(const std::string& pointer) {
  const KeyDerivation& kdf = schema_.key_derivation_;
  const std::uint64_t needed = std::uint64_t{2} * schema_.features_.size() * kdf.key_bytes;
  if (needed <= crypto::HkdfMaxBytes(kdf.hash)) return;
  Say(pointer, "the features need " + std::to_string(needed) + " bytes of keys, and HKDF gives " +
                   std::to_string(crypto::HkdfMaxBytes(kdf.hash)) +
                   ": take a shorter keySize or SHA512");
}

void SchemaBuilder::ReadFeature(const Json& json, const std::string& pointer) {
  Feature feature;
  feature.identifier = json.Find("identifier")->text;
  if (!IsSet(json, "ignored")) {
    const Json& format = *json.Find("format");
    if (auto read = ReadFormat(format, Within(pointer, "format"))) {
      feature.format = std::move(*read);
    }
    feature.hashing = ReadHashing(*json.Find("hashing"), Within(pointer, "hashing"));
    const Json* const encoding = format.Find("encoding");
    const std::string& name = encoding == nullptr ? "" : encoding->text;
    if (name == "ascii") feature.hashing->encoding = TextEncoding::kAscii;
    if (name == "utf-16") feature.hashing->encoding = TextEncoding::kUtf16;
    if (name == "utf-32") feature.hashing->encoding = TextEncoding::kUtf32;
  }
  schema_.features_.push_back(std::move(feature));
}

std::optional<Format> SchemaBuilder::ReadFormat(const Json& format, const std::string& pointer) {
  const std::string& type = format.Find("type")->text;
  if (type == "string") return ReadStringFormat(format, pointer);
  if (type == "integer") {
    return IntegerFormat{Bound(format.Find("minimum")), Bound(format.Find("maximum"))};
  }
  if (type == "enum") {
    EnumFormat values;
    for (const Json& value : format.Find("values")->items) values.values.push_back(value.text);
    std::ranges::sort(values.values);
    return values;
  }
  auto date = DateFormat::Compile(format.Find("format")->text);
  if (date.ok()) return std::move(date).value();
  Say(Within(pointer, "format"), date.error().message);
  return std::nullopt;
}

std::optional<Format> SchemaBuilder::ReadStringFormat(const Json& format,
                                                      const std::string& pointer) {
  StringFormat string;
  if (const Json* pattern = format.Find("pattern")) {
    auto compiled = Pattern::Compile(pattern->text);
    if (!compiled.ok()) {
      Say(Within(pointer, "pattern"), compiled.error().message);
      return std::nullopt;
    }
    string.pattern = std::move(compiled).value();
    return string;
  }
  const Json* const letter_case = format.Find("case");
  if (letter_case != nullptr && letter_case->text == "upper") {
    string.letter_case = LetterCase::kUpper;
  } else if (letter_case != nullptr && letter_case->text == "lower") {
    string.letter_case = LetterCase::kLower;
  }
  string.min_length = Clamped(format.Find("minLength"), 0);
  string.max_length = Clamped(format.Find("maxLength"), UINT64_MAX);
  return string;
}

Hashing SchemaBuilder::ReadHashing(const Json& json, const std::string& pointer) {
  Hashing hashing;
  hashing.hash = ReadHash(json.Find("hash"), Within(pointer, "hash"));
  hashing.comparison = ReadComparison(*json.Find("comparison"), Within(pointer, "comparison"));
  const Json& strategy = *json.Find("strategy");
  hashing.strategy.per_feature = strategy.Find("bitsPerFeature") != nullptr;
  hashing.strategy.bits = Number(strategy, Within(pointer, "strategy"),
                                 hashing.strategy.per_feature ? "bitsPerFeature" : "bitsPerToken",
                                 0, kMaxInsertions, false);
  if (const Json* missing = json.Find("missingValue")) {
    const std::string& sentinel = missing->Find("sentinel")->text;
    const Json* const replacement = missing->Find("replaceWith");
    hashing.missing = {sentinel, replacement == nullptr ? sentinel : replacement->text};
  }
  return hashing;
}

HashKind SchemaBuilder::ReadHash(const Json* hash, const std::string& pointer) {
  HashKind kind = HashKind::kBlake;
  if (hash != nullptr && hash->Find("type")->text == "doubleHash") {
    kind = IsSet(*hash, "prevent_singularity") ? HashKind::kDoubleNonSingular : HashKind::kDouble;
  } else if (hash != nullptr) {
    const Json* const option = hash->Find("prevent_singularity");
    if (option != nullptr && !option->Is(Type::kNull)) {
      Say(Within(pointer, "prevent_singularity"), "goes with doubleHash only");
    }
  }
  CheckHash(kind, pointer);
  return kind;
}

// What clkhash finds out at the first record.
void SchemaBuilder::CheckHash(HashKind hash, const std::string& pointer) {
  if (hash == HashKind::kDoubleNonSingular && schema_.unfolded_bits() == 1) {
    Say(pointer, "prevent_singularity cannot work with a filter of one bit");
  }
  if (hash != HashKind::kBlake) return;
  if (!std::has_single_bit(schema_.unfolded_bits())) {
    Say(pointer, "blakeHash, the default, needs an l that is a power of two");
  }
  constexpr std::uint32_t kMaxBlakeKey = 64;
  if (schema_.key_derivation_.key_bytes > kMaxBlakeKey) {
    Say(pointer, "blakeHash, the default, takes a keySize of at most 64");
  }
}

Comparison SchemaBuilder::ReadComparison(const Json& comparison, const std::string& pointer) {
  const std::string& type = comparison.Find("type")->text;
  if (type == "numeric") return ReadNumeric(comparison, pointer);
  if (type == "exact") return ExactComparison{};
  NgramComparison ngram;
  ngram.n = Number(comparison, pointer, "n", ngram.n, kMaxGram);
  ngram.positional = IsSet(comparison, "positional");
  return ngram;
}

NumericComparison SchemaBuilder::ReadNumeric(const Json& json, const std::string& pointer) {
  NumericComparison numeric;
  numeric.resolution = Number(json, pointer, "resolution", 1, kMaxResolution);
  numeric.fractional_precision =
      Number(json, pointer, "fractional_precision", 0, kMaxIntegerDigits);
  if (json.Find("fractionalPrecision") != nullptr) {
    schema_.warnings_.push_back(pointer +
                                "/fractionalPrecision is ignored, as clkhash ignores it; the "
                                "member is called fractional_precision");
  }
  const auto distance = DistanceOf(*json.Find("thresholdDistance"), numeric.fractional_precision);
  if (!distance || *distance == 0) {
    Say(Within(pointer, "thresholdDistance"),
        distance ? "is 0 at this fractional_precision" : "is too large for a double");
    return numeric;
  }
  numeric.distance = *distance;
  numeric.doubled_half = RoundedToDouble(numeric.distance);
  constexpr unsigned kMaxDoubleBits = 1025;  // twice a double below 2^1024
  numeric.half_is_finite = boost::multiprecision::msb(numeric.doubled_half) < kMaxDoubleBits;
  return numeric;
}

}  // namespace musubi::clkhash
