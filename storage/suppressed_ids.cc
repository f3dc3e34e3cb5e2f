#include "storage/suppressed_ids.h"

#include "storage/csv_table.h"

namespace musubi::storage {

Result<SuppressedIds> SuppressedIds::Load(const std::filesystem::path& file) {
  static constexpr std::string_view kColumns[] = {"local_id", "withdrawal"};
  MUSUBI_ASSIGN_OR_RETURN(CsvTable table, CsvTable::Open(file, kColumns));
  SuppressedIds ids;
  CsvRow row;
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const bool more, table.Next(&row));
    if (!more) return ids;
    const auto withdrawal = ParseId<WithdrawalId>(row[1]);
    if (!withdrawal) return table.Bad(row, "withdrawal", "is not a withdrawal's name");
    if (!ids.of_id_[std::string(row[0])].insert(*withdrawal).second) {
      return table.Bad(row, "local_id", "stands in an earlier row too");
    }
  }
}

void SuppressedIds::Add(std::string_view id, const WithdrawalId& withdrawal) {
  of_id_[std::string(id)].insert(withdrawal);
}

std::size_t SuppressedIds::Remove(const WithdrawalId& withdrawal) {
  std::size_t named = 0;
  for (auto& [id, withdrawals] : of_id_) named += withdrawals.erase(withdrawal);
  std::erase_if(of_id_, [](const auto& entry) { return entry.second.empty(); });
  return named;
}

Status SuppressedIds::Write(AtomicFile* out) const {
  MUSUBI_RETURN_IF_ERROR(out->Write(std::string_view("local_id,withdrawal\n")));
  std::string line;
  for (const auto& [id, withdrawals] : of_id_) {
    for (const WithdrawalId& withdrawal : withdrawals) {
      line.clear();
      AppendCsvCell(id, &line);
      line += ',' + ToHex(withdrawal) + '\n';
      MUSUBI_RETURN_IF_ERROR(out->Write(line));
    }
  }
  return {};
}

}  // namespace musubi::storage
