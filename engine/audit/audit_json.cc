#include <nlohmann/json.hpp>

#include "engine/audit/audit.h"

namespace musubi::engine {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const Finding& finding) {
  Json json = {{"test", finding.test}, {"case", finding.about}};
  json["outcome"] = NameOf(finding.outcome);
  json["value"] = finding.value;
  if (finding.rate) {
    json["successes"] = finding.rate->successes;
    json["trials"] = finding.rate->trials;
    json["lower"] = finding.rate->lower();
    json["upper"] = finding.rate->upper();
  }
  if (finding.chance) json["chance"] = *finding.chance;
  if (finding.limit) json["limit"] = *finding.limit;
  if (finding.control) json["control"] = *finding.control;
  if (!finding.note.empty()) json["note"] = finding.note;
  return json;
}

}  // namespace

std::string AuditJson(const AuditReport& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(JsonOf(finding));
  const Json json = {{"musubi_audit", 1},
                     {"program", std::string("musubi ") + MUSUBI_VERSION},
                     {"contract", crypto::ToHex(report.contract)},
                     {"outcome", NameOf(report.outcome)},
                     {"rows", report.rows},
                     {"rejected", report.rejected},
                     {"sample", report.sample},
                     {"seed", report.seed},
                     {"rare_records", report.rare_records},
                     {"other_scripts", report.other_scripts},
                     {"findings", std::move(findings)}};
  return json.dump(2) + "\n";
}

}  // namespace musubi::engine
