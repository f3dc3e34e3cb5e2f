#include "cli/profile.h"

#include <algorithm>
#include <array>

#include "engine/encode/profile.h"

namespace musubi::cli {

namespace po = boost::program_options;
using engine::FieldProfile;

namespace {

// In the order of identity::DateForm.
constexpr std::array<std::string_view, identity::kDateForms> kDateForms = {
    "", "year first", "other order", "month name", "eight digits", "era", "claims code"};

Json JsonOfField(const FieldProfile& field, FieldKind kind) {
  Json json = {{"present", field.present},
               {"missing", field.missing},
               {"invalid", field.invalid},
               {"distinct", field.distinct},
               {"most_frequent", field.most_frequent},
               {"sentinels", field.sentinels},
               {"missing_characters", field.missing_characters},
               {"kana_in_kanji", field.kana_in_kanji},
               {"partial_dates", field.partial_dates},
               {"era_overruns", field.era_overruns},
               {"my_numbers", field.my_numbers},
               {"looks_like_my_number", field.LooksLikeMyNumber()},
               {"has_suspect_value", field.HasSuspectValue(kind)}};
  for (std::size_t form = 1; form < kDateForms.size(); ++form) {
    if (field.date_forms[form] == 0) continue;
    std::string name(kDateForms[form]);
    std::ranges::replace(name, ' ', '_');
    json["date_forms"][name] = field.date_forms[form];
  }
  return json;
}

std::string MyNumberNote() {
  return "these look like Individual Numbers (My Number), which the law forbids to use for "
         "linkage: encode will refuse the column";
}

// What is worth knowing of a field, one line each.
std::vector<std::string> NotesOf(const FieldProfile& field, FieldKind kind) {
  std::vector<std::string> notes;
  const auto count = [&](std::uint64_t number, const std::string& what) {
    if (number > 0) notes.push_back(Grouped(number) + " " + what);
  };
  std::string forms;
  for (std::size_t form = 1; form < kDateForms.size(); ++form) {
    if (field.date_forms[form] == 0) continue;
    forms += (forms.empty() ? "" : ", ") + std::string(kDateForms[form]) + " " +
             Percent(field.date_forms[form], field.present + field.invalid);
  }
  if (!forms.empty()) notes.push_back("written as " + forms);
  count(field.sentinels,
        "stand for \"not known\" (9999999, unknown and the like): read as missing");
  count(field.missing_characters, "hold a lost character (● or 〓): compared without it");
  count(field.kana_in_kanji,
        "are kana in the kanji field: compared as kana, where that is missing");
  count(field.partial_dates, "lack the day, or month and day: compared by what is known");
  count(field.era_overruns,
        "name an era's year after its end, or before its start: read all the same");
  if (field.HasSuspectValue(kind)) {
    notes.push_back("one value fills " + Grouped(field.most_frequent) + " rows (" +
                    Percent(field.most_frequent, field.present) +
                    "): if it stands for \"not known\", empty it, or it will link strangers");
  }
  if (field.LooksLikeMyNumber()) notes.push_back(MyNumberNote());
  return notes;
}

Result<int> ProfileFile(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadFieldContract(run));
  engine::ProfileRequest request;
  request.input = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(request.charset, CharsetOf(run));
  MUSUBI_ASSIGN_OR_RETURN(request.columns, ColumnsOf(run));
  if (run.Has("id-column")) request.id_column = run.Text("id-column");
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt, engine::Profile(request, contract, run.context()));
  run.console().EndStages();
  const std::string charset(NameOf(receipt.charset));
  const Json json = {{"charset", charset},
                     {"charset_given", request.charset.has_value()},
                     {"rows", receipt.rows},
                     {"would_be_rejected", receipt.unreadable},
                     {"id_column_looks_like_my_number", receipt.ids.LooksLikeMyNumber()},
                     {"fields", JsonOf(contract, receipt.fields)}};
  run.console().Print(
      json, "charset " + charset + (request.charset ? "" : " (found out)") + ", " +
                Grouped(receipt.rows) + " rows, of which encode would reject " +
                Grouped(receipt.unreadable) + "\n\n" + TextOf(contract, receipt.fields) +
                (receipt.ids.LooksLikeMyNumber() ? "\n  the ids: " + MyNumberNote() + "\n" : ""));
  const bool refused = receipt.ids.LooksLikeMyNumber() ||
                       std::ranges::any_of(receipt.fields, &FieldProfile::LooksLikeMyNumber);
  return refused ? 1 : 0;
}

}  // namespace

Command ProfileCommand() {
  Command command;
  command.name = "profile";
  command.summary = "show what a file's values are like, in counts, before it is encoded";
  command.operands = "IN.csv";
  command.min_operands = command.max_operands = 1;
  command.options = [](po::options_description* options) {
    options->add_options()("contract", po::value<std::string>()->value_name("FILE"),
                           "the contract that all holders share");
    options->add_options()("id-column", po::value<std::string>()->value_name("COLUMN"),
                           "the column with this holder's own id, to be looked at too");
    AddCharset("auto", options);
    AddColumns(options);
  };
  command.required = {"contract"};
  command.run = ProfileFile;
  return command;
}

Json JsonOf(const Contract& contract, const std::vector<FieldProfile>& fields) {
  Json json = Json::object();
  for (std::size_t f = 0; f < fields.size(); ++f) {
    json[contract.fields()[f].name] = JsonOfField(fields[f], contract.fields()[f].kind);
  }
  return json;
}

std::string TextOf(const Contract& contract, const std::vector<FieldProfile>& fields) {
  std::string text = Left("field", 20) + Right("filled", 9) + Right("present", 13) +
                     Right("missing", 12) + Right("invalid", 12) + Right("distinct", 13) + "\n";
  std::string notes;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const FieldProfile& field = fields[f];
    const std::string& name = contract.fields()[f].name;
    text += Left(name, 20) +
            Right(Percent(field.present, field.present + field.missing + field.invalid), 9) +
            Right(Grouped(field.present), 13) + Right(Grouped(field.missing), 12) +
            Right(Grouped(field.invalid), 12) + Right(Grouped(field.distinct), 13) + "\n";
    for (const std::string& note : NotesOf(field, contract.fields()[f].kind)) {
      notes += "  " + name + ": " + note + "\n";
    }
  }
  return notes.empty() ? text : text + "\n" + notes;
}

Result<Contract> LoadFieldContract(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(Contract contract, LoadContract(run.Text("contract")));
  if (contract.profile() != Profile::kClkhash) return contract;
  return Error{ErrorCode::kContract, run.Text("contract") +
                                         ": its profile is clkhash, whose files are made by "
                                         "musubi-holder encode-clks"};
}

void AddCharset(const char* by_default, po::options_description* options) {
  options->add_options()(
      "charset",
      po::value<std::string>()->value_name("utf-8|cp932|auto")->default_value(by_default),
      "how the input is written; auto reads the file once more, to find out");
}

Result<std::optional<identity::Charset>> CharsetOf(const Invocation& run) {
  std::optional<identity::Charset> charset;
  if (run.Text("charset") == "auto") return charset;
  MUSUBI_ASSIGN_OR_RETURN(charset, identity::ParseCharset(run.Text("charset")));
  return charset;
}

void AddColumns(po::options_description* options) {
  options->add_options()(
      "column", po::value<std::vector<std::string>>()->value_name("FIELD=COLUMN"),
      "a field's column in this input, where its name is not the contract's; may be repeated");
}

Result<std::vector<std::pair<std::string, std::string>>> ColumnsOf(const Invocation& run) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const std::string& pair : run.Texts("column")) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      return Error{ErrorCode::kUsage, "--column takes FIELD=COLUMN"};
    }
    columns.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return columns;
}

std::string_view NameOf(identity::Charset charset) {
  return charset == identity::Charset::kUtf8 ? "utf-8" : "cp932";
}

}  // namespace musubi::cli
