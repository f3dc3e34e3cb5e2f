#include "engine/attach/payload_guard.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/attach/decoded_table.h"
#include "engine/attach/leak_guard.h"
#include "identity/my_number.h"

namespace musubi::engine {

namespace {

// In bytes. A single row may have a shorter id as a value by chance.
constexpr std::size_t kLongId = 4;

class Guard {
 public:
  Guard(const PayloadRows& rows, const std::vector<Link>& links, const PayloadRequest& request,
        const Contract& contract)
      : rows_(rows), links_(links), request_(request), contract_(contract) {}

  Status CheckColumns() const;
  Status CheckShapes() const;
  Status CompareIdentifiers(const ExecContext& context);

 private:
  using RowsOfId = std::unordered_map<std::string_view, std::vector<std::size_t>>;

  // Where an identifier was found.
  struct Leak {
    std::size_t row = 0;
    std::size_t variable = 0;
    std::string field;
  };

  // What the values of a variable look like.
  struct Shape {
    std::uint64_t values = 0;  // that are there
    std::uint64_t my_numbers = 0;
    std::uint64_t own_ids = 0;  // of the row
    bool has_long_id = false;   // among these
  };

  Shape ShapeOf(std::size_t variable) const;
  bool IsAllowed(const std::string& column) const {
    return std::ranges::count(request_.allowed, column) > 0;
  }
  Error BadColumn(const std::string& column, const std::string& what) const {
    return {ErrorCode::kBadData, rows_.file.string() + ": column " + column + ": " + what};
  }
  Status CompareFile(const std::filesystem::path& file, LeakGuard* guard, RowsOfId* rows_of,
                     const ExecContext& context);
  void CompareRow(std::size_t row, LeakGuard* guard);

  const PayloadRows& rows_;
  const std::vector<Link>& links_;
  const PayloadRequest& request_;
  const Contract& contract_;
  std::optional<Leak> first_leak_;  // in the order of the payload
};

Status Guard::CheckColumns() const {
  for (const std::string& column : request_.allowed) {
    if (std::ranges::count(rows_.variables, column) > 0) continue;
    return Error{ErrorCode::kUsage,
                 "--allow-column " + column + " is not among the variables that leave"};
  }
  // A name that is mistyped would leave the field's own column unguarded.
  for (const auto& [field, column] : request_.columns) {
    if (std::ranges::count(contract_.fields(), field, &Field::name) > 0) continue;
    return Error{ErrorCode::kUsage,
                 "--column names '" + field + "', which is no field of the contract"};
  }
  for (const std::string& column : rows_.variables) {
    if (column == request_.id_column) {
      return BadColumn(column,
                       "holds your own ids, which stay with you; the application must not "
                       "name it");
    }
    if (column == "project_id" || column == "holder") {
      return BadColumn(column, "the researcher's table has a column of that name; rename it");
    }
    const auto field = IdentifierColumn(contract_, request_.columns, column);
    if (field && !IsAllowed(column)) {
      return BadColumn(column, "is an identifier column of the contract (field " + *field +
                                   "); leave it out, or, where the project needs it and it is "
                                   "known to be harmless, pass --allow-column " +
                                   column);
    }
  }
  return {};
}

// Columns that are refused by how most of their values look.
Status Guard::CheckShapes() const {
  for (std::size_t variable = 0; variable < rows_.variables.size(); ++variable) {
    const Shape shape = ShapeOf(variable);
    if (identity::AreMyNumbers(shape.my_numbers, shape.values)) {
      return BadColumn(rows_.variables[variable],
                       "most values look like Individual Numbers (My Number), which the law lets "
                       "no one hand on for research; leave the column out");
    }
    if ((shape.own_ids >= 2 || shape.has_long_id) && shape.own_ids * 2 > shape.values) {
      return BadColumn(rows_.variables[variable],
                       "most values are the row's own id, which stays with you; leave the column "
                       "out");
    }
  }
  return {};
}

Guard::Shape Guard::ShapeOf(std::size_t variable) const {
  Field raw;
  raw.kind = FieldKind::kRaw;
  identity::Normaliser normalise(raw);
  identity::Forms forms;
  Shape shape;
  for (std::size_t row = 0; row < rows_.rows.size(); ++row) {
    if (normalise(rows_.cell(row, variable), &forms) == identity::FieldState::kMissing) continue;
    ++shape.values;
    shape.my_numbers += forms.notes.my_number ? 1 : 0;
    if (forms.strict() != links_[rows_.rows[row].link].local_id) continue;
    ++shape.own_ids;
    shape.has_long_id = shape.has_long_id || forms.strict().size() >= kLongId;
  }
  return shape;
}

void Guard::CompareRow(std::size_t row, LeakGuard* guard) {
  for (std::size_t variable = 0; variable < rows_.variables.size(); ++variable) {
    if (first_leak_ &&
        std::pair(first_leak_->row, first_leak_->variable) <= std::pair(row, variable)) {
      return;
    }
    if (IsAllowed(rows_.variables[variable])) continue;
    const auto field = guard->Find(rows_.cell(row, variable));
    if (field) first_leak_ = Leak{row, variable, std::string(*field)};
  }
}

// Compares the rows of each person in `file`, and takes them out of `*rows_of`.
Status Guard::CompareFile(const std::filesystem::path& file, LeakGuard* guard, RowsOfId* rows_of,
                          const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(auto table, DecodedTable::Open(file, request_.charset, context.stop));
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t id, table.ColumnIndex(request_.id_column));
  std::vector<std::vector<std::size_t>> columns(guard->size());
  for (std::size_t i = 0; i < guard->size(); ++i) {
    for (const std::string& column : guard->columns(i)) {
      MUSUBI_ASSIGN_OR_RETURN(columns[i].emplace_back(), table.ColumnIndex(column));
    }
  }
  std::vector<std::string> written(guard->size());
  while (true) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next());
    if (!more) return {};
    const auto found = rows_of->find(table.id(id));
    if (found == rows_of->end()) continue;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      written[i].clear();
      for (const std::size_t column : columns[i]) {
        if (!written[i].empty() && !table.cell(column).empty()) written[i] += ' ';
        written[i] += table.cell(column);
      }
    }
    guard->SetPerson(written);
    for (const std::size_t row : found->second) CompareRow(row, guard);
    rows_of->erase(found);
  }
}

Status Guard::CompareIdentifiers(const ExecContext& context) {
  RowsOfId rows_of;
  for (std::size_t row = 0; row < rows_.rows.size(); ++row) {
    rows_of[links_[rows_.rows[row].link].local_id].push_back(row);
  }
  LeakGuard guard(contract_, request_.columns);
  for (const std::filesystem::path& file : request_.identifiers) {
    MUSUBI_RETURN_IF_ERROR(CompareFile(file, &guard, &rows_of, context));
  }
  if (first_leak_) {
    return rows_.Bad(first_leak_->row, first_leak_->variable,
                     "is this person's identifier (field " + first_leak_->field +
                         "); leave the column out, or, where it is known to be harmless, pass "
                         "--allow-column " +
                         rows_.variables[first_leak_->variable]);
  }
  if (rows_of.empty()) return {};
  std::size_t first = rows_.rows.size();
  for (const auto& [id, rows] : rows_of) first = std::min(first, rows.front());
  return rows_.Bad(first, 0,
                   "the row's person is in no identifiers file; give that of every encoding that "
                   "this holder sent");
}

}  // namespace

Status GuardPayload(const PayloadRows& rows, const std::vector<Link>& links,
                    const PayloadRequest& request, const Contract& contract,
                    const ExecContext& context) {
  Guard guard(rows, links, request, contract);
  MUSUBI_RETURN_IF_ERROR(guard.CheckColumns());
  MUSUBI_RETURN_IF_ERROR(guard.CheckShapes());
  if (request.identifiers.empty()) return {};
  return guard.CompareIdentifiers(context);
}

}  // namespace musubi::engine
