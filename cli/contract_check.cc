#include "cli/contract_check.h"

#include "core/contract_names.h"
#include "core/plain_text.h"
#include "crypto/sha256.h"

namespace musubi::cli {
namespace {

constexpr std::size_t kMaxPurposeBytes = 8000;

std::string MeaningOf(Profile profile) {
  switch (profile) {
    case Profile::kFields:
      return "a filter for each field or group of fields";
    case Profile::kRecord:
      return "a filter for the whole person";
    case Profile::kClkhash:
      break;
  }
  return "a filter for the whole person, as clkhash makes it";
}

// What makes a filter harder to read, as the contract names it. `written` is the filter in it.
std::string ProtectionOf(const Filter& filter, const Json& written) {
  if (filter.saul) return "SAUL, " + std::to_string(filter.saul->terms) + " terms";
  std::string steps;
  for (const Feature& feature : filter.features) {
    if (feature.salt) steps = "salt, ";
  }
  if (!filter.features.empty() && filter.features[0].sample) steps += "weighted sample, ";
  for (const Json& step : written.value("hardening", Json::array())) {
    steps += step.at("kind").get<std::string>() + ", ";
  }
  return steps.empty() ? "nothing: it is plain" : steps.substr(0, steps.size() - 2);
}

std::string FieldsText(const Contract& contract, Json* json) {
  std::string text = Left("field", 20) + Left("kind", 18) + "column\n";
  for (const Field& field : contract.fields()) {
    std::string columns;
    for (const std::string& column : field.columns) {
      columns += (columns.empty() ? "" : " + ") + column;
    }
    (*json)["fields"].push_back(
        {{"name", field.name}, {"kind", NameOf(field.kind)}, {"columns", field.columns}});
    text += Left(field.name, 20) + Left(NameOf(field.kind), 18) + columns + "\n";
  }
  return text;
}

std::string FiltersText(const Contract& contract, const Json& written, Json* json) {
  std::string text =
      Left("filter", 20) + Right("bits", 6) + Right("weight", 8) + "  protected by\n";
  for (std::size_t i = 0; i < contract.filters().size(); ++i) {
    const Filter& filter = contract.filters()[i];
    const std::string protection = contract.profile() == Profile::kClkhash
                                       ? "what its schema says"
                                       : ProtectionOf(filter, written.at("filters").at(i));
    (*json)["filters"].push_back({{"name", filter.name},
                                  {"bits", filter.bits},
                                  {"weight", filter.weight},
                                  {"protection", protection}});
    text += Left(filter.name, 20) + Right(std::to_string(filter.bits), 6) +
            Right(std::to_string(filter.weight), 8) + "  " + protection + "\n";
  }
  return text;
}

Result<int> ContractCheck(const Invocation& run) {
  MUSUBI_ASSIGN_OR_RETURN(const Contract contract, LoadContract(run.operands()[0]));
  const std::string fingerprint = crypto::ToHex(crypto::FingerprintOf(contract));
  const Json written = Json::parse(contract.canonical_json());
  const std::string purpose = written.value("description", "");
  Json json = {{"name", contract.name()},
               {"purpose", purpose},
               {"fingerprint", fingerprint},
               {"profile", NameOf(contract.profile())}};
  std::string text = "contract '" + contract.name() + "' is valid\npurpose      ";
  text += purpose.empty()                          ? "its description says none"
          : IsPlainText(purpose, kMaxPurposeBytes) ? purpose
                                                   : "its description, which is not of one line";
  text += "\nfingerprint  " + fingerprint + "\nprofile      " +
          std::string(NameOf(contract.profile())) + ": " + MeaningOf(contract.profile()) + "\n\n" +
          FieldsText(contract, &json) + "\n" + FiltersText(contract, written, &json);
  text +=
      "\nblock tokens " + std::to_string(contract.block_rules().size()) + ", match tokens " +
      std::to_string(contract.match_rules().size()) +
      "\n\na filter is a row of bits, made of fields under the secret; its weight is how much it "
      "counts where records are compared\nblock tokens say which records are compared; match "
      "tokens compare several fields as one\ndocs/hardening.md says what protects a filter, "
      "and musubi-holder audit how well\n";
  json["block_tokens"] = contract.block_rules().size();
  json["match_tokens"] = contract.match_rules().size();
  run.console().Print(json, text);
  return 0;
}

}  // namespace

Command ContractCheckCommand() {
  return {"contract check",
          "validate a contract, and show its fingerprint and what it says",
          "CONTRACT",
          1,
          1,
          nullptr,
          {},
          ContractCheck};
}

}  // namespace musubi::cli
