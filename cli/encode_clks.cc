#include "cli/encode_clks.h"

#include <cstdio>
#include <string>

#include "cli/files.h"
#include "crypto/text_secret.h"
#include "engine/encode/encode_clkhash.h"

namespace musubi::cli {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kMaxSchemaBytes = std::size_t{1} << 20;

void AddOptions(po::options_description* options) {
  auto add = options->add_options();
  add("schema", po::value<std::string>()->value_name("FILE"),
      "the clkhash linkage schema, of version 1, 2 or 3, or a contract that holds it");
  add("secret", po::value<std::string>()->value_name("FILE"),
      "the text that all holders share (mode 0600); a newline at its end is not part of it");
  add("output,o", po::value<std::string>()->value_name("FILE"), "the file of CLKs");
  add("format", po::value<std::string>()->value_name("json|binary")->default_value("json"),
      "json: {\"clks\": [...]}; binary: their bytes alone");
  add("header", po::value<std::string>()->value_name("strict|ignore|none")->default_value("strict"),
      "the first row: the schema's identifiers, a header of any kind, or a record");
  add("no-validate", po::bool_switch(),
      "do not hold values to the schema's formats, as clkhash can be told not to");
  add("refs", po::value<std::string>()->value_name("FILE"),
      "write the references of the records, which must never leave this holder");
  add("holder", po::value<std::string>()->value_name("NAME"),
      "this holder's name in the study, for --refs");
  add("id-column", po::value<std::string>()->value_name("COLUMN"),
      "the feature with this holder's own, unique id, for --refs");
}

Result<storage::ClksForm> FormOf(const std::string& text) {
  if (text == "json") return storage::ClksForm::kJson;
  if (text == "binary") return storage::ClksForm::kBinary;
  return Error{ErrorCode::kUsage, "--format takes json or binary"};
}

Result<engine::ClkHeader> HeaderOf(const std::string& text) {
  if (text == "strict") return engine::ClkHeader::kStrict;
  if (text == "ignore") return engine::ClkHeader::kIgnore;
  if (text == "none") return engine::ClkHeader::kNone;
  return Error{ErrorCode::kUsage, "--header takes strict, ignore or none"};
}

Status ReadRefsOptions(const Invocation& run, engine::ClkhashRequest* request) {
  const bool wanted = run.Has("refs");
  if (wanted != run.Has("holder") || wanted != run.Has("id-column")) {
    return Error{ErrorCode::kUsage, "--refs, --holder and --id-column go together"};
  }
  if (!wanted) return {};
  request->refs = run.Text("refs");
  request->holder = run.Text("holder");
  request->id_column = run.Text("id-column");
  return {};
}

Result<engine::ClkhashRequest> RequestOf(const Invocation& run) {
  engine::ClkhashRequest request;
  request.input = run.operands()[0];
  MUSUBI_ASSIGN_OR_RETURN(request.form, FormOf(run.Text("format")));
  MUSUBI_ASSIGN_OR_RETURN(request.header, HeaderOf(run.Text("header")));
  request.validate = !run.Flag("no-validate");
  request.output = run.Text("output");
  request.overwrite = run.overwrite();
  MUSUBI_RETURN_IF_ERROR(ReadRefsOptions(run, &request));
  MUSUBI_RETURN_IF_ERROR(CheckOutputs({request.output, request.refs}));
  MUSUBI_RETURN_IF_ERROR(CheckDistinct(
      {request.input, run.Text("schema"), run.Text("secret"), request.output, request.refs}));
  MUSUBI_ASSIGN_OR_RETURN(request.schema,
                          storage::ReadSmallFile(run.Text("schema"), kMaxSchemaBytes));
  // A contract of profile clkhash holds the schema.
  if (const auto contract = Contract::Parse(request.schema);
      contract.ok() && contract.value().profile() == Profile::kClkhash) {
    request.schema = contract.value().clkhash_schema();
  }
  return request;
}

std::string OneDecimal(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

void ShowReceipt(const Invocation& run, const engine::ClkhashRequest& request,
                 const engine::ClkhashReceipt& receipt) {
  run.console().EndStages();
  const bool binary = request.form == storage::ClksForm::kBinary;
  Json json = {{"clks", receipt.rows},
               {"bits", receipt.bits},
               {"popcount_mean", receipt.popcount_mean},
               {"popcount_deviation", receipt.popcount_deviation},
               {"output", request.output.string()},
               {"format", binary ? "binary" : "json"}};
  std::string text = "encoded " + Grouped(receipt.rows) + " CLKs of " + Grouped(receipt.bits) +
                     " bits, " + OneDecimal(receipt.popcount_mean) +
                     " of them set on average (sd " + OneDecimal(receipt.popcount_deviation) +
                     ")\n" + request.output.string() + "  for the linkage service\n";
  if (binary) {
    json["hash_count"] = receipt.rows;
    json["hash_size"] = receipt.row_bytes;
    text += "  Hash-Count: " + std::to_string(receipt.rows) +
            "\n  Hash-Size: " + std::to_string(receipt.row_bytes) + "\n";
  }
  if (!request.refs.empty()) {
    json["refs"] = request.refs.string();
    text += request.refs.string() + "  maps places to your ids: it must not leave this site\n";
  }
  json["stages"] = run.console().StageSeconds();
  run.console().Print(json, text);
}

Result<int> EncodeClks(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const auto request, RequestOf(run));
  MUSUBI_ASSIGN_OR_RETURN(const auto secret, crypto::TextSecret::Load(run.Text("secret")));
  MUSUBI_ASSIGN_OR_RETURN(const auto receipt,
                          engine::EncodeClkhash(request, secret, run.context()));
  ShowReceipt(run, request, receipt);
  return 0;
}

}  // namespace

Command EncodeClksCommand() {
  Command command;
  command.name = "encode-clks";
  command.summary = "turn a CSV file of people into CLKs as clkhash 0.18.3 makes them";
  command.operands = "IN.csv";
  command.min_operands = command.max_operands = 1;
  command.options = AddOptions;
  command.required = {"schema", "secret", "output"};
  command.run = EncodeClks;
  return command;
}

}  // namespace musubi::cli
