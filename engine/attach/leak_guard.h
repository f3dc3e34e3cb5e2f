// Finds a person's identifiers among what is to leave a holder, however they are written. Sees
// identifiers; keeps those of one person at a time. Private to engine/attach.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/contract.h"
#include "identity/forms.h"
#include "identity/normalise.h"

namespace musubi::engine {

// A field's name and the column that holds it in this file, where the contract names another.
using ColumnNames = std::vector<std::pair<std::string, std::string>>;

// What of a contract is compared: every field but those whose values many persons share (sex,
// municipality, branch of an insurance), each as all that its columns hold.
//
// A cell has a value where their strict or their skeleton forms are equal (docs/identifiers.md): a
// name in another script of kana, width or variant of a kanji, a date in another calendar, a
// number with other dashes. Names are looked for one by one and joined by twos. Too short to tell
// a person, and passed over: a name of one ASCII letter, and any other value of up to three bytes;
// a date that lacks its day.
//
// Threads: one at a time.
class LeakGuard {
 public:
  LeakGuard(const Contract& contract, const ColumnNames& renamed);

  std::size_t size() const { return fields_.size(); }

  // The columns of an identifiers file that hold the `i`th field compared.
  const std::vector<std::string>& columns(std::size_t i) const { return fields_[i].field.columns; }

  // Takes a person in the place of the one before: a written value for each field compared.
  void SetPerson(std::span<const std::string> written);

  // The name of the first field whose value `cell`, valid UTF-8, has. Borrowed from this.
  std::optional<std::string_view> Find(std::string_view cell);

 private:
  struct Guarded {
    Field field;
    identity::Normaliser normaliser;
    std::vector<std::string> forms;  // of the present person
  };

  void AddForms(std::string_view written, Guarded* guarded);
  void AddJoinedNames();

  std::vector<Guarded> fields_;
  identity::Forms forms_;
};

// The field of the contract that `column` is, by the field's name or a column of it, whatever the
// case of ASCII letters; none where it is no such column.
std::optional<std::string> IdentifierColumn(const Contract& contract, const ColumnNames& renamed,
                                            std::string_view column);

}  // namespace musubi::engine
