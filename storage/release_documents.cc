#include "storage/release_documents.h"

#include <nlohmann/json.hpp>

#include "core/ids.h"

namespace musubi::storage {

using nlohmann::json;

namespace {

constexpr int kVersion = 1;
constexpr const char* kMapFormat = "musubi-map";
constexpr const char* kPayloadFormat = "musubi-payload";
constexpr const char* kChangesFormat = "musubi-changes";

json JsonOf(const ReleaseOf& of, const char* format) {
  return {{"format", format},      {"version", kVersion},
          {"project", of.project}, {"release", of.release},
          {"epoch", of.epoch},     {"application", crypto::ToHex(of.application)}};
}

// What does not fit shows when the document is written again: it then gives another text.
ReleaseOf ReleaseIn(const json& root) {
  ReleaseOf of;
  of.project = root.at("project").get<std::string>();
  of.release = root.at("release").get<std::uint32_t>();
  of.epoch = root.at("epoch").get<std::uint64_t>();
  FromHex(root.at("application").get_ref<const std::string&>(), of.application.data(),
          of.application.size());
  return of;
}

void Extract(const json& root, MapDocument* document) {
  document->of = ReleaseIn(root);
  document->holder = root.at("holder").get<std::string>();
  document->records = root.at("records").get<std::uint64_t>();
  document->decisions = root.at("decisions").get<std::vector<std::string>>();
}

void Extract(const json& root, PayloadDocument* document) {
  document->of = ReleaseIn(root);
  document->holder = root.at("holder").get<std::string>();
  document->variables = root.at("variables").get<std::vector<std::string>>();
  document->rows = root.at("rows").get<std::uint64_t>();
  document->persons = root.at("persons").get<std::uint64_t>();
  const json& guard = root.at("guard");
  document->guard.identifiers = guard.at("identifiers").get<bool>();
  document->guard.allowed = guard.at("allowed").get<std::vector<std::string>>();
}

void Extract(const json& root, ChangesDocument* document) {
  document->of = ReleaseIn(root);
  document->since_epoch = root.at("since_epoch").get<std::uint64_t>();
  document->ids = root.at("ids").get<std::uint64_t>();
}

template <typename Document>
Result<Document> Parse(std::string_view text, const char* format, const std::string& file) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const bool is_format = root.is_object() && root.contains("format") && root.at("format") == format;
  if (!is_format) {
    return Error{ErrorCode::kBadData, file + ": does not begin with a " + format + " document"};
  }
  if (root.contains("version") && root.at("version") != kVersion) {
    return Error{ErrorCode::kBadData, file + ": its " + format + " document is not of version " +
                                          std::to_string(kVersion) + ", which this program reads"};
  }
  try {
    Document document;
    Extract(root, &document);
    if (DocumentText(document) == text) return document;
  } catch (const json::exception&) {
    // Refused below.
  }
  return Error{ErrorCode::kBadData,
               file + ": its " + format +
                   " document lacks a member, has one too many or one of another type, or is not "
                   "in its one form"};
}

}  // namespace

std::string DocumentText(const MapDocument& document) {
  json root = JsonOf(document.of, kMapFormat);
  root["holder"] = document.holder;
  root["records"] = document.records;
  root["decisions"] = document.decisions;
  return root.dump() + "\n";
}

std::string DocumentText(const PayloadDocument& document) {
  json root = JsonOf(document.of, kPayloadFormat);
  root["holder"] = document.holder;
  root["variables"] = document.variables;
  root["rows"] = document.rows;
  root["persons"] = document.persons;
  root["guard"] = {{"identifiers", document.guard.identifiers},
                   {"allowed", document.guard.allowed}};
  return root.dump() + "\n";
}

std::string DocumentText(const ChangesDocument& document) {
  json root = JsonOf(document.of, kChangesFormat);
  root["since_epoch"] = document.since_epoch;
  root["ids"] = document.ids;
  return root.dump() + "\n";
}

Result<MapDocument> ParseMapDocument(std::string_view text, const std::string& file) {
  return Parse<MapDocument>(text, kMapFormat, file);
}

Result<PayloadDocument> ParsePayloadDocument(std::string_view text, const std::string& file) {
  return Parse<PayloadDocument>(text, kPayloadFormat, file);
}

Result<ChangesDocument> ParseChangesDocument(std::string_view text, const std::string& file) {
  return Parse<ChangesDocument>(text, kChangesFormat, file);
}

}  // namespace musubi::storage
