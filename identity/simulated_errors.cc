#include "identity/simulated_errors.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "core/check.h"
#include "identity/nicknames.h"
#include "identity/slips.h"

namespace musubi::identity {
namespace {

constexpr std::array<std::string_view, kSimulatedErrors> kNames = {"moved",
                                                                   "typing",
                                                                   "missing",
                                                                   "digits",
                                                                   "date",
                                                                   "surname_changed",
                                                                   "name_shortened",
                                                                   "pet_name",
                                                                   "names_exchanged",
                                                                   "insurance_changed",
                                                                   "sex"};

template <std::size_t N>
constexpr unsigned SumOf(const std::array<unsigned, N>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0U);
}
static_assert(SumOf(kErrorShares) == 100 && SumOf(kCopiesWithErrors) == 100);

// An index of `shares`, each as often as its share of them says.
template <std::size_t N>
std::size_t DrawShare(const std::array<unsigned, N>& shares, SeededDraws* draws) {
  std::uint64_t left = draws->Below(SumOf(shares));
  std::size_t at = 0;
  while (left >= shares[at]) left -= shares[at++];
  return at;
}

void AddOnce(std::size_t column, std::vector<std::size_t>* columns) {
  if (std::ranges::find(*columns, column) == columns->end()) columns->push_back(column);
}

bool IsName(FieldKind kind) {
  return kind == FieldKind::kName || kind == FieldKind::kNameKana ||
         kind == FieldKind::kNameKanji || kind == FieldKind::kNameRomaji;
}

bool HoldsSurname(const Field& field) {
  return std::ranges::any_of(std::array{"surname", "family", "last"}, [&](const char* word) {
    return field.name.find(word) != std::string::npos;
  });
}

// The place of the surname among the words of a whole name.
std::size_t SurnameWord(FieldKind kind, std::size_t words) {
  const bool comes_first = kind == FieldKind::kNameKana || kind == FieldKind::kNameKanji;
  return comes_first ? 0 : words - 1;
}

// Puts the cells of `columns` in the place of the record's; false where they are the same.
bool Take(const std::vector<std::size_t>& columns, const WrittenRecord& other,
          WrittenRecord* record) {
  bool changed = false;
  for (const std::size_t column : columns) {
    changed = changed || (*record)[column] != other[column];
    (*record)[column] = other[column];
  }
  return changed;
}

std::size_t Draw(const std::vector<std::size_t>& columns, SeededDraws* draws) {
  return columns[draws->Below(columns.size())];
}

bool LeaveOut(const std::vector<std::size_t>& columns, SeededDraws* draws, WrittenRecord* record) {
  if (columns.empty()) return false;
  std::string& cell = (*record)[Draw(columns, draws)];
  if (cell.empty()) return false;
  cell.clear();
  return true;
}

std::string UpperCase(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// `upper_case` in capitals where `like` is, else with its first letter alone as one.
std::string InCaseOf(std::string_view like, std::string_view upper_case) {
  std::string text(upper_case);
  if (UpperCase(std::string(like)) == like) return text;
  for (char& c : std::span(text).subspan(1)) c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

std::string_view NameOf(SimulatedError error) { return kNames[static_cast<std::size_t>(error)]; }

ErrorSimulator::ErrorSimulator(const std::vector<Field>& fields,
                               const std::vector<std::vector<std::size_t>>& columns) {
  MUSUBI_CHECK(fields.size() == columns.size());
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (IsName(fields[f].kind)) AddNames(fields[f], columns[f]);
    AddColumns(fields[f], columns[f]);
  }
}

void ErrorSimulator::AddNames(const Field& field, const std::vector<std::size_t>& columns) {
  auto script = std::ranges::find(names_, field.kind, &NameColumns::kind);
  if (script == names_.end()) script = names_.insert(script, NameColumns{field.kind, {}, {}});
  for (const std::size_t column : columns) AddOnce(column, &script->columns);
  if (columns.size() != 1 || !HoldsSurname(field)) return;
  const auto at = std::ranges::find(script->columns, columns.front());
  script->named_surname = static_cast<std::size_t>(at - script->columns.begin());
}

void ErrorSimulator::AddColumns(const Field& field, const std::vector<std::size_t>& columns) {
  std::vector<std::vector<std::size_t>*> lists = {&all_};
  const auto add = [&](auto... more) { (lists.push_back(more), ...); };
  switch (field.kind) {
    case FieldKind::kRaw:
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kNameKana:
    case FieldKind::kNameKanji:
    case FieldKind::kNameRomaji:
      add(&texts_);
      break;
    case FieldKind::kSex:
      add(&sexes_);
      break;
    case FieldKind::kDigits:
      add(&numbers_);
      break;
    case FieldKind::kPostcode:
    case FieldKind::kPhone:
    case FieldKind::kMunicipality:
      add(&numbers_, &homes_);
      break;
    case FieldKind::kAddress:
      add(&texts_, &numbers_, &homes_);
      break;
    case FieldKind::kInsurerNumber:
    case FieldKind::kInsuranceCode:
    case FieldKind::kInsuranceBranch:
    case FieldKind::kInsuredId:
      add(&numbers_, &insurances_);
      break;
    case FieldKind::kDate:
      add(&dates_);
      break;
  }
  for (auto* list : lists) {
    for (const std::size_t column : columns) AddOnce(column, list);
  }
  date_orders_.resize(dates_.size(), field.date_order);
}

std::vector<SimulatedError> ErrorSimulator::Spoil(const WrittenRecord& other, SeededDraws* draws,
                                                  WrittenRecord* record) const {
  constexpr int kMostDraws = 200;  // where few kinds apply, most draws are of others
  const std::size_t wanted = DrawShare(kCopiesWithErrors, draws);
  std::vector<SimulatedError> made;
  for (int i = 0; i < kMostDraws && made.size() < wanted; ++i) {
    const auto error = static_cast<SimulatedError>(DrawShare(kErrorShares, draws));
    const bool again = std::ranges::find(made, error) != made.end();
    if (!again && Make(error, other, draws, record)) made.push_back(error);
  }
  return made;
}

bool ErrorSimulator::Make(SimulatedError error, const WrittenRecord& other, SeededDraws* draws,
                          WrittenRecord* record) const {
  switch (error) {
    case SimulatedError::kMoved:
      return Take(homes_, other, record);
    case SimulatedError::kTyping: {
      if (texts_.empty()) return false;
      const std::size_t column = Draw(texts_, draws);
      return SlipInLetters(other[column], draws, &(*record)[column]);
    }
    case SimulatedError::kMissing:
      return LeaveOut(all_, draws, record);
    case SimulatedError::kDigits:
      return !numbers_.empty() && SlipInDigits(draws, &(*record)[Draw(numbers_, draws)]);
    case SimulatedError::kDate: {
      if (dates_.empty()) return false;
      const std::size_t at = draws->Below(dates_.size());
      return SlipInDate(date_orders_[at], draws, &(*record)[dates_[at]]);
    }
    case SimulatedError::kSurnameChanged:
      return ChangeSurname(other, record);
    case SimulatedError::kNameShortened:
      return ShortenName(draws, record);
    case SimulatedError::kPetName:
      return TakePetName(draws, record);
    case SimulatedError::kNamesExchanged:
      return ExchangeNames(record);
    case SimulatedError::kInsuranceChanged:
      return Take(insurances_, other, record);
    case SimulatedError::kSex:
      return Take(sexes_, other, record);
  }
  return false;
}

bool ErrorSimulator::ChangeSurname(const WrittenRecord& other, WrittenRecord* record) const {
  bool changed = false;
  for (const NameColumns& script : names_) {
    if (script.columns.size() > 1) {
      changed = Take({script.columns[script.surname()]}, other, record) || changed;
      continue;
    }
    std::string& cell = (*record)[script.columns.front()];
    std::vector<std::string> words = WordsOf(cell);
    const std::vector<std::string> from = WordsOf(other[script.columns.front()]);
    if (words.size() < 2 || from.size() < 2) continue;
    std::string& surname = words[SurnameWord(script.kind, words.size())];
    const std::string& taken = from[SurnameWord(script.kind, from.size())];
    if (surname == taken) continue;
    surname = taken;
    cell = JoinWords(words, cell);
    changed = true;
  }
  return changed;
}

// Of a column of given names all words but the first may be left out; of a whole name those in the
// middle.
bool ErrorSimulator::ShortenName(SeededDraws* draws, WrittenRecord* record) const {
  bool changed = false;
  for (const NameColumns& script : names_) {
    const bool whole = script.columns.size() == 1;
    const std::size_t given = whole ? 0 : (script.surname() == 0 ? 1 : 0);
    std::string& cell = (*record)[script.columns[given]];
    std::vector<std::string> words = WordsOf(cell);
    const std::size_t kept = whole ? 2 : 1;
    if (words.size() <= kept) continue;
    const auto at = 1 + static_cast<std::ptrdiff_t>(draws->Below(words.size() - kept));
    words.erase(words.begin() + at);
    cell = JoinWords(words, cell);
    changed = true;
  }
  return changed;
}

bool ErrorSimulator::TakePetName(SeededDraws* draws, WrittenRecord* record) const {
  const auto script = std::ranges::find(names_, FieldKind::kName, &NameColumns::kind);
  if (script == names_.end()) return false;
  const bool first_is_surname = script->columns.size() > 1 && script->surname() == 0;
  std::string& cell = (*record)[script->columns[first_is_surname ? 1 : 0]];
  std::vector<std::string> words = WordsOf(cell);
  if (words.empty()) return false;
  const std::vector<std::string_view> forms = PetFormsOf(UpperCase(words.front()));
  if (forms.empty()) return false;
  words.front() = InCaseOf(words.front(), forms[draws->Below(forms.size())]);
  cell = JoinWords(words, cell);
  return true;
}

bool ErrorSimulator::ExchangeNames(WrittenRecord* record) const {
  bool changed = false;
  for (const NameColumns& script : names_) {
    std::string& first = (*record)[script.columns.front()];
    if (script.columns.size() > 1) {
      std::string& second = (*record)[script.columns[1]];
      changed = changed || first != second;
      std::swap(first, second);
      continue;
    }
    std::vector<std::string> words = WordsOf(first);
    if (words.size() < 2 || words.front() == words.back()) continue;
    std::swap(words.front(), words.back());
    first = JoinWords(words, first);
    changed = true;
  }
  return changed;
}

}  // namespace musubi::identity
