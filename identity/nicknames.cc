#include "identity/nicknames.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/check.h"
#include "identity/data_tables.h"

namespace musubi::identity {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;  // nickname, formal name

bool IsUpperCase(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// The formal name of `name` among `entries`, which are in order, or an empty view.
std::string_view Find(const std::vector<Entry>& entries, std::string_view name) {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), name,
                       [](const Entry& entry, std::string_view x) { return entry.first < x; });
  return found != entries.end() && found->first == name ? found->second : std::string_view();
}

std::vector<Entry> ReadEntries() {
  const std::vector<std::string_view> cells = data::Cells(data::kNicknamesEnTsv, 2);
  std::vector<Entry> entries;
  for (std::size_t at = 0; at < cells.size(); at += 2) {
    MUSUBI_CHECK(IsUpperCase(cells[at]) && IsUpperCase(cells[at + 1]));
    MUSUBI_CHECK(entries.empty() || entries.back().first < cells[at]);  // in order, none twice
    entries.emplace_back(cells[at], cells[at + 1]);
  }
  for (const Entry& entry : entries) MUSUBI_CHECK(Find(entries, entry.second).empty());
  return entries;
}

const std::vector<Entry>& Entries() {
  static const std::vector<Entry> entries = ReadEntries();
  return entries;
}

}  // namespace

std::string_view FormalName(std::string_view upper_case_name) {
  const std::string_view formal = Find(Entries(), upper_case_name);
  return formal.empty() ? upper_case_name : formal;
}

std::vector<std::string_view> PetFormsOf(std::string_view upper_case_name) {
  std::vector<std::string_view> forms;
  for (const auto& [pet_form, formal] : Entries()) {
    if (formal == upper_case_name) forms.push_back(pet_form);
  }
  return forms;
}

}  // namespace musubi::identity
