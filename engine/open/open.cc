#include "engine/open/open.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "core/check.h"
#include "core/project_id.h"
#include "engine/open/release_manifest.h"
#include "storage/csv_table.h"
#include "storage/sealed_table.h"

namespace musubi::engine {

using storage::CsvRow;
using storage::CsvTable;
using storage::PayloadDocument;

namespace {

constexpr unsigned kPrivateMode = 0600;
constexpr const char* kHolderColumn = "holder";

// An opened package whose rows were not read yet.
struct Payload {
  std::filesystem::path file;
  crypto::Fingerprint contract{};
  PayloadDocument document;
  storage::FileDescriptor table;
};

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

storage::PackageExpectation ExpectationOf(const OpenRequest& request, crypto::Role sender) {
  storage::PackageExpectation expectation;
  expectation.kind = storage::PackageKind::kPayload;
  expectation.sender_role = sender;
  expectation.senders = request.trusted;
  expectation.recipient = request.researcher->certificate().fingerprint();
  return expectation;
}

Result<Payload> OpenOne(const std::filesystem::path& file, const OpenRequest& request,
                        const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(
      storage::OpenedTable opened,
      storage::OpenSealedTable(file, ExpectationOf(request, crypto::Role::kHolder),
                               *request.researcher, storage::kPayloadName, FolderOf(request.output),
                               context));
  Payload payload{file, opened.manifest.contract, {}, std::move(opened.table)};
  MUSUBI_ASSIGN_OR_RETURN(payload.document,
                          storage::ParsePayloadDocument(opened.document, file.string()));
  if (payload.document.holder != opened.sender.name()) {
    return Error{ErrorCode::kRefused,
                 file.string() + ": it holds rows of " + payload.document.holder + ", but " +
                     opened.sender.name() + " signed it; each holder sends its own"};
  }
  if (std::ranges::count(payload.document.variables, kHolderColumn) > 0) {
    return Error{ErrorCode::kBadData, file.string() + ": has a variable of the name " +
                                          kHolderColumn + ", which the table has already"};
  }
  return payload;
}

// Where a package's rows have each variable; 0, where the project id is, if they have it not.
std::vector<std::size_t> PlacesOf(const std::vector<std::string>& variables,
                                  const std::vector<std::string>& own) {
  std::vector<std::size_t> places;
  for (const std::string& variable : variables) {
    const auto at = std::ranges::find(own, variable);
    places.push_back(at == own.end() ? 0 : 1 + static_cast<std::size_t>(at - own.begin()));
  }
  return places;
}

// The packages, by holder: all of one release, each of another holder.
Result<std::vector<Payload>> OpenAll(const OpenRequest& request, const ExecContext& context) {
  std::vector<Payload> payloads;
  for (const std::filesystem::path& file : request.packages) {
    context.Stage("open " + file.string());
    MUSUBI_ASSIGN_OR_RETURN(Payload payload, OpenOne(file, request, context));
    for (const Payload& other : payloads) {
      if (payload.document.of != other.document.of || payload.contract != other.contract) {
        return Error{ErrorCode::kRefused, file.string() + ": is of another release than " +
                                              other.file.string() +
                                              "; a table is of one release of one project"};
      }
      if (payload.document.holder == other.document.holder) {
        return Error{ErrorCode::kRefused, file.string() + ": is of the holder " +
                                              other.document.holder + ", as " +
                                              other.file.string() + " is; name one of them"};
      }
    }
    payloads.push_back(std::move(payload));
  }
  std::ranges::sort(payloads, {}, [](const Payload& p) { return p.document.holder; });
  return payloads;
}

// Sends the rows of a package to `visit`, and makes sure that they are what it says.
template <typename Visit>
Status VisitRows(Payload* payload, const ExecContext& context, const Visit& visit) {
  std::vector<std::string_view> columns = {"project_id"};
  const PayloadDocument& document = payload->document;
  columns.insert(columns.end(), document.variables.begin(), document.variables.end());
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table,
                          CsvTable::Take(std::move(payload->table), payload->file, columns));
  std::unordered_set<std::string> persons;
  std::uint64_t rows = 0;
  CsvRow row;
  while (true) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) break;
    if (!IsProjectId(row[0])) return table.Bad(row, "project_id", "is not a project id");
    ++rows;
    persons.emplace(row[0]);
    MUSUBI_RETURN_IF_ERROR(visit(table, row));
  }
  if (rows == document.rows && persons.size() == document.persons) return {};
  return Error{ErrorCode::kBadData,
               payload->file.string() + ": its rows are not as many as its document says"};
}

Result<storage::AtomicFile> CreateOutput(const OpenRequest& request) {
  return storage::AtomicFile::Create(request.output, request.overwrite, kPrivateMode);
}

std::string HeaderOf(const std::vector<std::string>& columns) {
  std::string header;
  for (const std::string& column : columns) {
    if (!header.empty()) header += ',';
    storage::AppendCsvCell(column, &header);
  }
  return header + '\n';
}

Status WriteLong(std::vector<Payload>* payloads, const OpenRequest& request,
                 const ExecContext& context, OpenReceipt* receipt) {
  std::vector<std::string> variables;
  for (const Payload& payload : *payloads) {
    for (const std::string& variable : payload.document.variables) {
      if (std::ranges::count(variables, variable) == 0) variables.push_back(variable);
    }
  }
  std::vector<std::string> columns = {"project_id", kHolderColumn};
  columns.insert(columns.end(), variables.begin(), variables.end());
  MUSUBI_ASSIGN_OR_RETURN(auto output, CreateOutput(request));
  MUSUBI_RETURN_IF_ERROR(output.Write(HeaderOf(columns)));
  std::unordered_set<std::string> persons;
  std::string line;
  for (Payload& payload : *payloads) {
    const auto places = PlacesOf(variables, payload.document.variables);
    const auto write = [&](const CsvTable& /*table*/, const CsvRow& row) -> Status {
      persons.emplace(row[0]);
      ++receipt->rows;
      line = std::string(row[0]) + ',' + payload.document.holder;
      for (const std::size_t place : places) {
        line += ',';
        if (place > 0) storage::AppendCsvCell(row[place], &line);
      }
      return output.Write(line += '\n');
    };
    MUSUBI_RETURN_IF_ERROR(VisitRows(&payload, context, write));
  }
  receipt->persons = persons.size();
  return output.Commit();
}

// The cells of one person's row: those of each holder that has one, in the order of the columns.
using WideRow = std::vector<std::string>;

Status WriteWide(std::vector<Payload>* payloads, const OpenRequest& request,
                 const ExecContext& context, OpenReceipt* receipt) {
  std::vector<std::string> columns = {"project_id"};
  std::map<std::string, WideRow> persons;
  for (Payload& payload : *payloads) {
    const std::size_t first = columns.size() - 1;
    for (const std::string& variable : payload.document.variables) {
      columns.push_back(payload.document.holder + "." + variable);
    }
    std::set<std::string> seen;
    const auto take = [&](const CsvTable& table, const CsvRow& row) -> Status {
      if (!seen.emplace(row[0]).second) {
        return table.Bad(row, "project_id",
                         "stands in an earlier row too; a wide table has one row a person: open "
                         "it without --wide");
      }
      WideRow& wide = persons[std::string(row[0])];
      wide.resize(first);
      for (std::size_t i = 1; i < row.size(); ++i) wide.emplace_back(row[i]);
      return {};
    };
    MUSUBI_RETURN_IF_ERROR(VisitRows(&payload, context, take));
  }
  MUSUBI_ASSIGN_OR_RETURN(auto output, CreateOutput(request));
  MUSUBI_RETURN_IF_ERROR(output.Write(HeaderOf(columns)));
  for (auto& [project_id, wide] : persons) {
    wide.resize(columns.size() - 1);
    std::string line = project_id;
    for (const std::string& cell : wide) storage::AppendCsvCell(cell, &(line += ','));
    MUSUBI_RETURN_IF_ERROR(output.Write(line += '\n'));
  }
  receipt->rows = receipt->persons = persons.size();
  return output.Commit();
}

}  // namespace

Result<OpenReceipt> OpenPayloads(const OpenRequest& request, const ExecContext& context) {
  MUSUBI_CHECK(request.researcher != nullptr && !request.packages.empty());
  MUSUBI_ASSIGN_OR_RETURN(std::vector<Payload> payloads, OpenAll(request, context));
  OpenReceipt receipt;
  receipt.of = payloads.front().document.of;
  for (const Payload& payload : payloads) receipt.holders.push_back(payload.document);
  if (request.manifest) {
    MUSUBI_RETURN_IF_ERROR(
        CheckAgainstManifest(*request.manifest, request.trusted, receipt.holders));
  }
  context.Stage("write");
  MUSUBI_RETURN_IF_ERROR(
      (request.wide ? WriteWide : WriteLong)(&payloads, request, context, &receipt));
  return receipt;
}

Result<OpenedChanges> OpenChanges(const OpenRequest& request, const ExecContext& context) {
  MUSUBI_CHECK(request.researcher != nullptr && request.packages.size() == 1);
  const std::filesystem::path& file = request.packages.front();
  MUSUBI_ASSIGN_OR_RETURN(
      storage::OpenedTable opened,
      storage::OpenSealedTable(file, ExpectationOf(request, crypto::Role::kUnit),
                               *request.researcher, storage::kChangesName, FolderOf(request.output),
                               context));
  MUSUBI_ASSIGN_OR_RETURN(auto document,
                          storage::ParseChangesDocument(opened.document, file.string()));
  static constexpr std::string_view kColumns[] = {"old_project_id", "new_project_id", "event",
                                                  "records"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Take(std::move(opened.table), file, kColumns));
  MUSUBI_ASSIGN_OR_RETURN(auto output, CreateOutput(request));
  MUSUBI_RETURN_IF_ERROR(output.Write(HeaderOf({std::begin(kColumns), std::end(kColumns)})));
  CsvRow row;
  while (true) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) break;
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += ',';
      storage::AppendCsvCell(row[i], &line);
    }
    MUSUBI_RETURN_IF_ERROR(output.Write(line += '\n'));
  }
  MUSUBI_RETURN_IF_ERROR(output.Commit());
  return OpenedChanges{std::move(document), std::move(opened.sender)};
}

}  // namespace musubi::engine
