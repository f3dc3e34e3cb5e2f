#include "engine/encode/encode.h"

#include <tbb/concurrent_queue.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>

#include "engine/encode/batch_encoder.h"
#include "engine/encode/encoder_check.h"
#include "engine/encode/unique_ids.h"
#include "storage/encoding_file.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::CsvReader;

namespace {

constexpr std::size_t kBatchRows = 1024;
constexpr unsigned kPrivateMode = 0600;
constexpr unsigned kPublicMode = 0644;

// The files that the flow writes; they appear together at the end.
struct Outputs {
  AtomicFile encoding;
  AtomicFile refs;
  std::optional<AtomicFile> rejects;
};

Result<Outputs> OpenOutputs(const EncodeRequest& request) {
  MUSUBI_ASSIGN_OR_RETURN(auto encoding,
                          AtomicFile::Create(request.output, request.overwrite, kPublicMode));
  MUSUBI_ASSIGN_OR_RETURN(auto refs,
                          AtomicFile::Create(request.refs, request.overwrite, kPrivateMode));
  Outputs outputs{std::move(encoding), std::move(refs), std::nullopt};
  MUSUBI_RETURN_IF_ERROR(outputs.refs.Write(std::string_view("record_ref,holder,local_id\n")));
  if (request.rejects.empty()) return outputs;
  MUSUBI_ASSIGN_OR_RETURN(auto rejects,
                          AtomicFile::Create(request.rejects, request.overwrite, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(rejects.Write(std::string_view("row,column,reason\n")));
  outputs.rejects = std::move(rejects);
  return outputs;
}

// Reads the header in the input's charset: column names may be in any script.
Status DecodeColumns(const EncodeRequest& request, CsvReader* reader) {
  MUSUBI_ASSIGN_OR_RETURN(auto decoder, identity::Decoder::Open(request.charset));
  std::vector<std::string> names;
  for (const std::string& raw : reader->columns()) {
    std::string& name = names.emplace_back();
    if (!decoder.Decode(raw, &name)) {
      return Error{ErrorCode::kBadData,
                   request.input.string() + ": row 1, column " + std::to_string(names.size()) +
                       ": the name is not valid in the charset given; see --charset"};
    }
  }
  return reader->RenameColumns(std::move(names));
}

Result<ColumnPlan> PlanColumns(const EncodeRequest& request, const Contract& contract,
                               const CsvReader& reader) {
  ColumnPlan plan;
  plan.names = reader.columns();
  MUSUBI_ASSIGN_OR_RETURN(plan.id, reader.ColumnIndex(request.id_column));
  for (const auto& [field, column] : request.columns) {
    const bool known = std::ranges::any_of(
        contract.fields(), [&name = field](const Field& f) { return f.name == name; });
    if (!known) {
      return Error{ErrorCode::kUsage,
                   "--column names '" + field + "', which is no field of the contract"};
    }
  }
  for (const Field& field : contract.fields()) {
    std::string column = field.column;
    for (const auto& [name, mapped] : request.columns) {
      if (name == field.name) column = mapped;
    }
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t index, reader.ColumnIndex(column));
    plan.fields.push_back(index);
  }
  return plan;
}

// One run of the flow: an ordered reader, parallel encoders, an ordered collector.
class EncodeRun {
 public:
  EncodeRun(const EncodeRequest& request, const Contract& contract, const ExecContext& context,
            CsvReader reader, ColumnPlan plan, Outputs outputs, bloom::EncodingKeys keys)
      : request_(request),
        contract_(contract),
        context_(context),
        reader_(std::move(reader)),
        plan_(std::move(plan)),
        outputs_(std::move(outputs)),
        keys_(std::move(keys)),
        set_(EmptySet()) {
    receipt_.fields.resize(contract.fields().size());
  }

  Result<EncodeReceipt> Run() {
    context_.Stage("encode");
    MUSUBI_RETURN_IF_ERROR(RunPipeline());
    if (set_.rows() == 0) {
      return Error{ErrorCode::kBadData, request_.input.string() + ": no row could be encoded"};
    }
    if (const auto repeat = ids_.FirstRepeat()) {
      return Error{ErrorCode::kBadData,
                   request_.input.string() + ": row " + std::to_string(repeat->second) +
                       ", column " + request_.id_column + ": the id stands in row " +
                       std::to_string(repeat->first) + " already; ids must be unique"};
    }
    context_.Stage("write", set_.rows());
    MUSUBI_RETURN_IF_ERROR(WriteOutputs());
    return receipt_;
  }

 private:
  EncodingSet EmptySet() const {
    return MakeEncodingSet(contract_.filter_bits(), contract_.block_rules().size());
  }

  Status RunPipeline() {
    const auto live = static_cast<std::size_t>(context_.threads) * 2 + 1;
    std::vector<EncodeBatch> pool(live);
    tbb::concurrent_queue<EncodeBatch*> free;
    for (EncodeBatch& batch : pool) {
      batch.rows.resize(kBatchRows);
      batch.set = EmptySet();
      free.push(&batch);
    }
    // Opened once here so that opening it again for each thread cannot fail.
    MUSUBI_ASSIGN_OR_RETURN(auto decoder, identity::Decoder::Open(request_.charset));
    tbb::enumerable_thread_specific<BatchEncoder> encoders([&] { return MakeEncoder(); });
    const tbb::global_control allow(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(context_.threads));
    tbb::task_arena arena(context_.threads);
    arena.execute([&] {
      tbb::parallel_pipeline(
          live, tbb::make_filter<void, EncodeBatch*>(
                    tbb::filter_mode::serial_in_order,
                    [&](tbb::flow_control& flow) -> EncodeBatch* {
                      EncodeBatch* batch = nullptr;
                      const bool taken = free.try_pop(batch);
                      MUSUBI_CHECK(taken);  // as many batches as live tokens
                      if (!ReadBatch(batch)) flow.stop();
                      return batch;
                    }) &
                    tbb::make_filter<EncodeBatch*, EncodeBatch*>(tbb::filter_mode::parallel,
                                                                 [&](EncodeBatch* batch) {
                                                                   encoders.local().Encode(batch);
                                                                   return batch;
                                                                 }) &
                    tbb::make_filter<EncodeBatch*, void>(tbb::filter_mode::serial_in_order,
                                                         [&](EncodeBatch* batch) {
                                                           if (!failed_) Note(Collect(batch));
                                                           free.push(batch);
                                                         }));
    });
    // What was collected lies before what was read, so its error is the first in the file.
    return collect_status_.ok() ? read_status_ : collect_status_;
  }

  // A thread's encoder.
  BatchEncoder MakeEncoder() {
    auto decoder = identity::Decoder::Open(request_.charset);
    MUSUBI_CHECK(decoder.ok());
    const std::scoped_lock lock(keys_mutex_);
    return BatchEncoder(contract_, plan_, request_.charset, std::move(decoder).value(),
                        keys_.Clone());
  }

  // Fills a batch. False at the end of the input, on error, and when asked to stop.
  bool ReadBatch(EncodeBatch* batch) {
    batch->used = 0;
    if (failed_) return false;
    if (context_.stopped()) {
      read_status_ = Interrupted();
      return false;
    }
    while (batch->used < kBatchRows) {
      const auto more = reader_.Next(&batch->rows[batch->used]);
      if (!more.ok()) {
        read_status_ = more.error();
        return false;
      }
      if (!more.value()) break;
      ++batch->used;
    }
    return batch->used > 0;
  }

  void Note(Status status) {
    if (status.ok()) return;
    collect_status_ = std::move(status);
    failed_ = true;
  }

  // Takes over a batch's results, in the order of the input.
  Status Collect(EncodeBatch* batch) {
    receipt_.rows += batch->used;
    receipt_.rejected += batch->rejects.size();
    MUSUBI_RETURN_IF_ERROR(WriteRejects(batch->rejects));
    for (std::size_t f = 0; f < batch->counts.size(); ++f) {
      receipt_.fields[f].present += batch->counts[f].present;
      receipt_.fields[f].missing += batch->counts[f].missing;
      receipt_.fields[f].invalid += batch->counts[f].invalid;
    }
    if (batch->ids.empty()) return {};
    auto* refs = reinterpret_cast<std::uint8_t*>(batch->set.refs.data());
    MUSUBI_RETURN_IF_ERROR(context_.random->Fill({refs, batch->set.rows() * RecordRef::kBytes}));
    line_.clear();
    for (std::size_t i = 0; i < batch->ids.size(); ++i) {
      ids_.Add(batch->ids[i], batch->numbers[i]);
      line_ += ToHex(batch->set.refs[i]) + ',' + request_.holder + ',';
      storage::AppendCsvCell(batch->ids[i], &line_);
      line_ += '\n';
    }
    set_.Append(batch->set);
    context_.Progress(receipt_.rows);
    return outputs_.refs.Write(line_);
  }

  Status WriteRejects(const std::vector<RejectedRow>& rejects) {
    if (rejects.empty()) return {};
    if (!outputs_.rejects) {
      const RejectedRow& first = rejects.front();
      return Error{ErrorCode::kBadData,
                   request_.input.string() + ": row " + std::to_string(first.row) +
                       (first.column.empty() ? "" : ", column " + first.column) + ": " +
                       first.reason + "; pass --rejects FILE to set such rows aside"};
    }
    line_.clear();
    for (const RejectedRow& reject : rejects) {
      line_ += std::to_string(reject.row) + ',';
      storage::AppendCsvCell(reject.column, &line_);
      line_ += ',';
      storage::AppendCsvCell(reject.reason, &line_);
      line_ += '\n';
    }
    return outputs_.rejects->Write(line_);
  }

  Status WriteOutputs() {
    storage::EncodingManifest manifest;
    manifest.holder = request_.holder;
    manifest.declares_duplicates = request_.declares_duplicates;
    manifest.contract = crypto::FingerprintOf(contract_);
    manifest.key_check.key = bloom::KeyCheckValue(&keys_);
    manifest.key_check.encoder = EncoderCheckValue(contract_, &keys_);
    manifest.records = set_.rows();
    MUSUBI_RETURN_IF_ERROR(
        storage::WriteEncodingFile(manifest, contract_, set_, &outputs_.encoding));
    if (context_.stopped()) return Interrupted();
    // All are on the disk before the first appears, so that only renaming is left to fail. The
    // references first: an encoding file without them could never be traced back.
    MUSUBI_RETURN_IF_ERROR(outputs_.encoding.Sync());
    MUSUBI_RETURN_IF_ERROR(outputs_.refs.Sync());
    if (outputs_.rejects) MUSUBI_RETURN_IF_ERROR(outputs_.rejects->Sync());
    MUSUBI_RETURN_IF_ERROR(RemoveReplaced());
    MUSUBI_RETURN_IF_ERROR(outputs_.refs.Commit());
    if (outputs_.rejects) MUSUBI_RETURN_IF_ERROR(outputs_.rejects->Commit());
    return outputs_.encoding.Commit();
  }

  // An encoding file of an earlier run goes before its references are replaced: whatever fails
  // then, no encoding is left without the references that it was made with.
  Status RemoveReplaced() {
    if (request_.overwrite != storage::Overwrite::kReplace) return {};
    std::error_code error;
    std::filesystem::remove(request_.output, error);
    if (!error) return {};
    return Error{ErrorCode::kIo,
                 "cannot replace " + request_.output.string() + ": " + error.message()};
  }

  const EncodeRequest& request_;
  const Contract& contract_;
  const ExecContext& context_;
  CsvReader reader_;
  ColumnPlan plan_;
  Outputs outputs_;
  bloom::EncodingKeys keys_;
  std::mutex keys_mutex_;

  EncodingSet set_;
  UniqueIds ids_;
  EncodeReceipt receipt_;
  std::string line_;
  Status read_status_;
  Status collect_status_;
  std::atomic<bool> failed_ = false;
};

}  // namespace

Result<EncodeReceipt> Encode(const EncodeRequest& request, const Contract& contract,
                             const crypto::LinkageSecret& secret, const ExecContext& context) {
  if (!storage::IsHolderName(request.holder)) {
    return Error{
        ErrorCode::kUsage,
        "a holder's name has 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"};
  }
  MUSUBI_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(request.input, context.stop));
  MUSUBI_RETURN_IF_ERROR(DecodeColumns(request, &reader));
  MUSUBI_ASSIGN_OR_RETURN(auto plan, PlanColumns(request, contract, reader));
  MUSUBI_ASSIGN_OR_RETURN(auto outputs, OpenOutputs(request));
  EncodeRun run(request, contract, context, std::move(reader), std::move(plan), std::move(outputs),
                bloom::DeriveEncodingKeys(secret, contract));
  return run.Run();
}

}  // namespace musubi::engine
