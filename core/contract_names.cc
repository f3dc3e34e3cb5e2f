#include "core/contract_names.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

// Each list is in the order of its enumeration.
constexpr std::array<std::string_view, 17> kKinds = {"raw",
                                                     "name",
                                                     "name_kana",
                                                     "name_kanji",
                                                     "name_romaji",
                                                     "date",
                                                     "sex",
                                                     "digits",
                                                     "postcode",
                                                     "text",
                                                     "phone",
                                                     "insurer_number",
                                                     "insurance_code",
                                                     "insurance_branch",
                                                     "insured_id",
                                                     "municipality",
                                                     "address"};
constexpr std::array<std::string_view, 7> kParts = {
    "whole", "first_word", "other_words", "last_word", "municipality", "town", "number"};
constexpr std::array<std::string_view, 3> kOrders = {"year_first", "day_first", "month_first"};
constexpr std::array<std::string_view, 3> kPolicies = {"missing", "keep", "reject"};
constexpr std::array<std::string_view, 3> kLevelNames = {"strict", "skeleton", "phonetic"};
constexpr std::array<std::string_view, 3> kTokenKinds = {"qgram", "exact", "neighbours"};
constexpr std::array<std::string_view, 7> kForms = {"full",    "prefix", "year",    "month_day",
                                                    "soundex", "sorted", "unvoiced"};
constexpr std::array<std::string_view, 5> kMethods = {"auto", "all_pairs", "blocks", "join", "lsh"};
constexpr std::array<std::string_view, 2> kModels = {"weighted_mean", "fellegi_sunter"};
constexpr std::array<std::string_view, 4> kResolutions = {"greedy", "mutual_best", "strong_first",
                                                          "optimal"};
constexpr std::array<std::string_view, 5> kHardenings = {"sample", "balance", "fold", "rule90",
                                                         "blip"};
constexpr std::array<std::string_view, 3> kProfiles = {"fields", "record", "clkhash"};

template <typename Enum, std::size_t N>
std::optional<Enum> Find(std::string_view name, const std::array<std::string_view, N>& names) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view NameOf(FieldKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view NameOf(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }
std::string_view NameOf(Profile profile) { return kProfiles[static_cast<std::size_t>(profile)]; }
std::string_view NameOf(CandidateMethod method) {
  return kMethods[static_cast<std::size_t>(method)];
}
std::string_view NameOf(ModelKind model) { return kModels[static_cast<std::size_t>(model)]; }

std::string_view NameOf(ResolutionKind resolution) {
  return kResolutions[static_cast<std::size_t>(resolution)];
}

std::optional<FieldKind> FieldKindOf(std::string_view name) {
  return Find<FieldKind>(name, kKinds);
}
std::optional<FieldPart> FieldPartOf(std::string_view name) {
  return Find<FieldPart>(name, kParts);
}
std::optional<DateOrder> DateOrderOf(std::string_view name) {
  return Find<DateOrder>(name, kOrders);
}
std::optional<InvalidPolicy> InvalidPolicyOf(std::string_view name) {
  return Find<InvalidPolicy>(name, kPolicies);
}
std::optional<Level> LevelOf(std::string_view name) { return Find<Level>(name, kLevelNames); }
std::optional<TokenKind> TokenKindOf(std::string_view name) {
  return Find<TokenKind>(name, kTokenKinds);
}
std::optional<PartForm> PartFormOf(std::string_view name) { return Find<PartForm>(name, kForms); }
std::optional<CandidateMethod> CandidateMethodOf(std::string_view name) {
  return Find<CandidateMethod>(name, kMethods);
}
std::optional<ModelKind> ModelKindOf(std::string_view name) {
  return Find<ModelKind>(name, kModels);
}
std::optional<ResolutionKind> ResolutionKindOf(std::string_view name) {
  return Find<ResolutionKind>(name, kResolutions);
}
std::optional<Profile> ProfileOf(std::string_view name) { return Find<Profile>(name, kProfiles); }

std::optional<HardeningKind> HardeningKindOf(std::string_view name) {
  return Find<HardeningKind>(name, kHardenings);
}

std::string FieldKindNames(std::string_view separator) {
  std::string names;
  for (const std::string_view kind : kKinds) {
    if (!names.empty()) names += separator;
    names += kind;
  }
  return names;
}

bool IsName(FieldKind kind) {
  return kind == FieldKind::kName || kind == FieldKind::kNameKana ||
         kind == FieldKind::kNameKanji || kind == FieldKind::kNameRomaji;
}

bool HasLevels(FieldKind kind) {
  return IsName(kind) || kind == FieldKind::kAddress || kind == FieldKind::kInsuranceCode ||
         kind == FieldKind::kInsuredId;
}

bool PartFits(FieldPart part, FieldKind kind) {
  switch (part) {
    case FieldPart::kWhole:
      return true;
    case FieldPart::kFirstWord:
    case FieldPart::kOtherWords:
    case FieldPart::kLastWord:
      return IsName(kind);
    case FieldPart::kMunicipality:
    case FieldPart::kTown:
    case FieldPart::kNumber:
      return kind == FieldKind::kAddress;
  }
  return false;
}

}  // namespace musubi
