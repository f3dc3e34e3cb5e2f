#include "engine/encode/profile.h"

#include "engine/encode/columns.h"
#include "engine/encode/csv_pipeline.h"
#include "engine/encode/my_number_guard.h"

namespace musubi::engine {

Result<ProfileReceipt> Profile(const ProfileRequest& request, const Contract& contract,
                               const ExecContext& context) {
  ProfileReceipt receipt;
  receipt.fields.resize(contract.fields().size());
  MUSUBI_ASSIGN_OR_RETURN(receipt.charset,
                          ChooseCharset(request.input, request.charset, context.stop));
  MUSUBI_ASSIGN_OR_RETURN(auto reader, storage::CsvReader::Open(request.input, context.stop));
  MUSUBI_RETURN_IF_ERROR(DecodeColumns(request.input, receipt.charset, &reader));
  MUSUBI_ASSIGN_OR_RETURN(const ColumnPlan plan,
                          PlanColumns(contract, request.columns, request.id_column, reader));
  context.Stage("profile");
  const auto collect = [&](EncodeBatch* batch) -> Status {
    receipt.rows += batch->used;
    receipt.unreadable += batch->rejects.size();
    receipt.ids.Add(batch->id_profile);
    for (std::size_t f = 0; f < receipt.fields.size(); ++f) {
      receipt.fields[f].Add(batch->counts[f]);
    }
    context.Progress(receipt.rows);
    return {};
  };
  const auto make_encoder = [&] {
    return BatchEncoder({contract, plan, receipt.charset, std::nullopt});
  };
  std::vector<ValueCounts> counts;
  MUSUBI_RETURN_IF_ERROR(
      Run({&reader, make_encoder, MakeEncodingSet(contract.filter_bits(), contract.token_count()),
           collect},
          receipt.fields.size(), context, &counts));
  SetCounts(counts, &receipt.fields);
  return receipt;
}

}  // namespace musubi::engine
