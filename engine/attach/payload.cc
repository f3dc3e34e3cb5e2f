#include "engine/attach/payload.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>

#include "core/check.h"
#include "engine/attach/links.h"
#include "engine/attach/payload_guard.h"
#include "engine/attach/payload_rows.h"
#include "engine/attach/shuffle.h"
#include "storage/csv_reader.h"
#include "storage/sealed_table.h"

namespace musubi::engine {

namespace {

constexpr unsigned kPublicMode = 0644;  // only the researcher's key opens it

Status CheckParties(const SealedMap& map, const PayloadRequest& request, const Contract& contract) {
  if (crypto::FingerprintOf(contract) != map.application.contract) {
    return Error{ErrorCode::kContract, "the contract is not the one that project " +
                                           map.application.project + " was approved with"};
  }
  if (request.researcher->fingerprint() == map.application.recipient_certificate) return {};
  return Error{ErrorCode::kRefused, "the certificate of " + request.researcher->name() +
                                        " is not that of " + map.application.recipient +
                                        ", whom project " + map.application.project +
                                        " was approved for"};
}

// The table, line by line.
class PayloadTable {
 public:
  PayloadTable(const PayloadRows& rows, const std::vector<Link>& links,
               std::vector<std::uint32_t> order)
      : rows_(rows), links_(links), order_(std::move(order)) {}

  std::uint64_t Bytes() {
    std::uint64_t bytes = Header().size();
    for (const std::uint32_t row : order_) bytes += Line(row).size();
    return bytes;
  }

  Status Write(const storage::ByteSink& out, const ExecContext& context) {
    MUSUBI_RETURN_IF_ERROR(Send(Header(), out));
    for (const std::uint32_t row : order_) {
      if (context.stopped()) return Interrupted();
      MUSUBI_RETURN_IF_ERROR(Send(Line(row), out));
    }
    return {};
  }

 private:
  static Status Send(std::string_view text, const storage::ByteSink& out) {
    return out({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  std::string_view Header() {
    line_ = "project_id";
    for (const std::string& variable : rows_.variables) {
      line_ += ',';
      storage::AppendCsvCell(variable, &line_);
    }
    return line_ += '\n';
  }

  std::string_view Line(std::uint32_t row) {
    line_ = links_[rows_.rows[row].link].project_id;
    for (std::size_t variable = 0; variable < rows_.variables.size(); ++variable) {
      line_ += ',';
      storage::AppendCsvCell(rows_.cell(row, variable), &line_);
    }
    return line_ += '\n';
  }

  const PayloadRows& rows_;
  const std::vector<Link>& links_;
  const std::vector<std::uint32_t> order_;
  std::string line_;
};

PayloadReceipt ReceiptOf(const PayloadRows& rows, const std::vector<Link>& links, bool compared) {
  PayloadReceipt receipt;
  receipt.variables = rows.variables;
  receipt.left_out = rows.left_out;
  receipt.lacking = rows.lacking;
  receipt.rows = rows.rows.size();
  receipt.dropped = rows.dropped;
  receipt.compared = compared;
  std::set<std::string_view> persons;
  for (const PayloadRows::Row& row : rows.rows) persons.insert(links[row.link].project_id);
  receipt.persons = persons.size();
  return receipt;
}

storage::PayloadDocument DocumentOf(const SealedMap& map, const PayloadRequest& request,
                                    const PayloadReceipt& receipt) {
  storage::PayloadDocument document;
  document.of = map.document.of;
  document.holder = map.document.holder;
  document.variables = receipt.variables;
  document.rows = receipt.rows;
  document.persons = receipt.persons;
  document.guard = {receipt.compared, request.allowed};
  std::ranges::sort(document.guard.allowed);
  const auto repeats = std::ranges::unique(document.guard.allowed);
  document.guard.allowed.erase(repeats.begin(), repeats.end());
  return document;
}

Status Seal(const storage::PayloadDocument& document, PayloadTable* table,
            const PayloadRequest& request, const Contract& contract, const ExecContext& context,
            PayloadReceipt* receipt) {
  storage::PackageRequest package;
  package.kind = storage::PackageKind::kPayload;
  package.contract = crypto::FingerprintOf(contract);
  package.sender = request.holder;
  package.recipient = request.researcher;
  const std::string text = storage::DocumentText(document);
  const storage::TableContent content = {
      storage::kPayloadName, text, table->Bytes(),
      [&](const storage::ByteSink& out) { return table->Write(out, context); }};
  MUSUBI_ASSIGN_OR_RETURN(
      const storage::SealedTable sealed,
      storage::SealTable(package, content, {request.output, request.overwrite, kPublicMode},
                         context));
  receipt->package = sealed.manifest.id;
  return {};
}

}  // namespace

Result<PayloadReceipt> AttachPayload(SealedMap map, const PayloadRequest& request,
                                     const Contract& contract, const ExecContext& context) {
  MUSUBI_CHECK(request.holder != nullptr && request.researcher != nullptr);
  MUSUBI_RETURN_IF_ERROR(CheckParties(map, request, contract));
  context.Stage("attach");
  MUSUBI_ASSIGN_OR_RETURN(
      const JoinedLinks joined,
      JoinLinks(std::move(map.table), {request.refs, request.without}, context));
  MUSUBI_ASSIGN_OR_RETURN(const LinkOfId index, IndexLinks(joined.links));
  MUSUBI_ASSIGN_OR_RETURN(auto table,
                          DecodedTable::Open(request.rows, request.charset, context.stop));
  MUSUBI_ASSIGN_OR_RETURN(const PayloadRows rows,
                          ReadPayload(std::move(table), request.rows, request.id_column,
                                      ScopeOf(map).variables, index, context));
  MUSUBI_CHECK(rows.rows.size() <= std::numeric_limits<std::uint32_t>::max());
  context.Stage("guard");
  MUSUBI_RETURN_IF_ERROR(GuardPayload(rows, joined.links, request, contract, context));
  context.Stage("seal");
  MUSUBI_ASSIGN_OR_RETURN(
      auto order, ShuffledOrder(static_cast<std::uint32_t>(rows.rows.size()), *context.random));
  PayloadReceipt receipt = ReceiptOf(rows, joined.links, !request.identifiers.empty());
  receipt.withdrew = joined.left_out;
  PayloadTable shuffled(rows, joined.links, std::move(order));
  MUSUBI_RETURN_IF_ERROR(
      Seal(DocumentOf(map, request, receipt), &shuffled, request, contract, context, &receipt));
  return receipt;
}

}  // namespace musubi::engine
