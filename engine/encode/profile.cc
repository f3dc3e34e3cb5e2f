#include "engine/encode/profile.h"

#include "engine/encode/columns.h"
#include "engine/encode/my_number_guard.h"
#include "engine/encode/row_pipeline.h"

namespace musubi::engine {

Result<ProfileReceipt> Profile(const ProfileRequest& request, const Contract& contract,
                               const ExecContext& context) {
  ProfileReceipt receipt;
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
    context.Progress(receipt.rows);
    return {};
  };
  const auto make_encoder = [&] {
    return BatchEncoder({contract, plan, receipt.charset, std::nullopt});
  };
  RowPipeline<storage::CsvReader, EncodeBatch, BatchEncoder> pipeline(
      {&reader, [&] { return MakeEncodeBatch(contract); }, make_encoder, collect}, context);
  MUSUBI_RETURN_IF_ERROR(pipeline.Run());
  receipt.fields = ProfilesOf(pipeline.encoders(), contract.fields().size());
  return receipt;
}

}  // namespace musubi::engine
