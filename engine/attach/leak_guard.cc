#include "engine/attach/leak_guard.h"

#include <algorithm>

namespace musubi::engine {

using identity::FieldState;

namespace {

bool IsName(FieldKind kind) {
  return kind == FieldKind::kName || kind == FieldKind::kNameKana ||
         kind == FieldKind::kNameKanji || kind == FieldKind::kNameRomaji;
}

// Values of these kinds tell no person from others.
bool IsShared(FieldKind kind) {
  return kind == FieldKind::kSex || kind == FieldKind::kMunicipality ||
         kind == FieldKind::kInsuranceBranch;
}

bool IsLongEnough(FieldKind kind, std::string_view form) {
  constexpr std::size_t kLeastOfName = 2;
  constexpr std::size_t kLeast = 4;
  return form.size() >= (IsName(kind) ? kLeastOfName : kLeast);
}

identity::FormsWanted StrictAndSkeleton() {
  identity::FormsWanted wanted;
  wanted.text = {true, true, false};
  return wanted;
}

// The field as all that its columns hold, whichever part of it the contract compares.
Field Whole(Field field, const ColumnNames& renamed) {
  field.part = FieldPart::kWhole;
  for (const auto& [name, column] : renamed) {
    if (name == field.name) field.columns = {column};
  }
  return field;
}

bool SameCase(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

}  // namespace

LeakGuard::LeakGuard(const Contract& contract, const ColumnNames& renamed) {
  for (const Field& declared : contract.fields()) {
    if (IsShared(declared.kind)) continue;
    Field field = Whole(declared, renamed);
    const bool known = std::ranges::any_of(fields_, [&](const Guarded& other) {
      return other.field.kind == field.kind && other.field.columns == field.columns;
    });
    if (known) continue;  // another part of the same columns
    identity::Normaliser normaliser(field, StrictAndSkeleton());
    fields_.push_back({std::move(field), std::move(normaliser), {}});
  }
}

void LeakGuard::AddForms(std::string_view written, Guarded* guarded) {
  const FieldState state = guarded->normaliser(written, &forms_);
  if (state == FieldState::kMissing || forms_.notes.partial_date) return;
  for (const Level level : {Level::kStrict, Level::kSkeleton}) {
    const std::string& form = forms_.at(level);
    if (IsLongEnough(guarded->field.kind, form)) guarded->forms.push_back(form);
  }
}

void LeakGuard::AddJoinedNames() {
  std::vector<std::size_t> before;
  for (const Guarded& guarded : fields_) before.push_back(guarded.forms.size());
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    for (std::size_t j = 0; j < fields_.size(); ++j) {
      const FieldKind kind = fields_[i].field.kind;
      if (i == j || !IsName(kind) || kind != fields_[j].field.kind) continue;
      // Forms of one level lie at one place; a name has both or neither.
      for (std::size_t form = 0; form < std::min(before[i], before[j]); ++form) {
        fields_[i].forms.push_back(fields_[i].forms[form] + fields_[j].forms[form]);
      }
    }
  }
}

void LeakGuard::SetPerson(std::span<const std::string> written) {
  for (Guarded& guarded : fields_) guarded.forms.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    AddForms(written[i], &fields_[i]);
    if (!forms_.notes.kana_in_kanji) continue;
    for (Guarded& kana : fields_) {
      if (kana.field.kind == FieldKind::kNameKana) AddForms(written[i], &kana);
    }
  }
  AddJoinedNames();
}

std::optional<std::string_view> LeakGuard::Find(std::string_view cell) {
  constexpr std::size_t kLeastWritten = 2;
  if (cell.size() < kLeastWritten) return std::nullopt;
  for (Guarded& guarded : fields_) {
    if (guarded.forms.empty()) continue;
    if (guarded.normaliser(cell, &forms_) == FieldState::kMissing) continue;
    for (const Level level : {Level::kStrict, Level::kSkeleton}) {
      const std::string& form = forms_.at(level);
      if (!form.empty() && std::ranges::count(guarded.forms, form) > 0) return guarded.field.name;
    }
  }
  return std::nullopt;
}

std::optional<std::string> IdentifierColumn(const Contract& contract, const ColumnNames& renamed,
                                            std::string_view column) {
  for (const Field& field : contract.fields()) {
    const Field here = Whole(field, renamed);
    const auto is_column = [&](const std::string& name) { return SameCase(name, column); };
    if (is_column(field.name) || std::ranges::any_of(field.columns, is_column) ||
        std::ranges::any_of(here.columns, is_column)) {
      return field.name;
    }
  }
  return std::nullopt;
}

}  // namespace musubi::engine
