#include "cli/normalise.h"

#include <array>
#include <iostream>

#include "core/contract_names.h"
#include "core/utf8.h"
#include "identity/normalise.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array<std::string_view, 3> kStates = {"present", "missing", "invalid"};

Result<Field> FieldOf(const Invocation& run) {
  Field field;
  const auto kind = FieldKindOf(run.Text("kind"));
  const auto part = FieldPartOf(run.Text("part"));
  const auto order = DateOrderOf(run.Text("date-order"));
  if (!kind) return Error{ErrorCode::kUsage, "--kind is one of " + FieldKindNames(", ")};
  if (!part || !PartFits(*part, *kind)) {
    return Error{ErrorCode::kUsage,
                 "--part is whole; of names also first_word, other_words or last_word; of "
                 "addresses municipality, town or number"};
  }
  if (!order) {
    return Error{ErrorCode::kUsage, "--date-order is year_first, day_first or month_first"};
  }
  const std::string& code = run.Text("calling-code");
  if (code.empty() || code.size() > 3 || code[0] == '0' ||
      code.find_first_not_of("0123456789") != std::string::npos) {
    return Error{ErrorCode::kUsage, "--calling-code is one to three digits, such as 81"};
  }
  field.kind = *kind;
  field.part = *part;
  field.date_order = *order;
  field.calling_code = run.Text("calling-code");
  field.nicknames = run.Flag("nicknames");
  return field;
}

Json JsonOf(identity::FieldState state, const identity::Forms& forms) {
  Json json = {{"state", kStates[static_cast<std::size_t>(state)]}};
  for (std::size_t level = 0; level < kLevels; ++level) {
    const std::string name(NameOf(static_cast<Level>(level)));
    json[name] = forms.text[level];
    json[name + "_sorted"] = forms.sorted[level];
  }
  json["sentinel"] = forms.notes.sentinel;
  json["missing_character"] = forms.notes.missing_character;
  json["kana_in_kanji"] = forms.notes.kana_in_kanji;
  json["partial_date"] = forms.notes.partial_date;
  json["era_overrun"] = forms.notes.era_overrun;
  json["my_number"] = forms.notes.my_number;
  return json;
}

Result<int> Normalise(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Field field, FieldOf(run));
  identity::FormsWanted wanted;
  if (IsName(field.kind)) wanted.sorted = {true, true, true};
  identity::Normaliser normalise(field, wanted);
  identity::Forms forms;
  std::uint64_t row = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++row;
    if (!IsValidUtf8(line)) {
      return Error{ErrorCode::kBadData,
                   "standard input: row " + std::to_string(row) + ": not valid UTF-8"};
    }
    const identity::FieldState state = normalise(line, &forms);
    std::string text(kStates[static_cast<std::size_t>(state)]);
    for (const std::string& form : forms.text) text += '\t' + form;
    run.console().Print(JsonOf(state, forms), text + '\n');
  }
  return 0;
}

}  // namespace

Command NormaliseCommand() {
  Command command;
  command.name = "normalise";
  command.summary = "show what the rules make of values on standard input, one a line";
  command.options = [](po::options_description* options) {
    auto add = options->add_options();
    add("kind", po::value<std::string>()->value_name("KIND"), "a field's kind, as in a contract");
    add("part", po::value<std::string>()->value_name("PART")->default_value("whole"),
        "the part of a name or address");
    add("date-order", po::value<std::string>()->value_name("ORDER")->default_value("year_first"),
        "how dates are read whose year does not come first");
    add("calling-code", po::value<std::string>()->value_name("CODE")->default_value("81"),
        "the country of phone numbers without one");
    add("nicknames", po::bool_switch(), "read English nicknames as the formal name");
  };
  command.required = {"kind"};
  command.run = Normalise;
  return command;
}

}  // namespace musubi::cli
