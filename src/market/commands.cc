#include "market/commands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/embedded.h"
#include "base/table.h"
#include "base/text.h"
#include "market/evaluate.h"
#include "market/import.h"
#include "market/routes_json.h"
#include "market/sample.h"
#include "mobility/sample.h"
#include "policy/sample.h"
#include "rules/sample.h"

namespace jiaoji::market {

namespace {

const SystemClock kClock;

// The market over the data folder, for one command.
struct Opened {
  std::unique_ptr<store::Database> db;
  std::unique_ptr<region::Service> region;
  std::unique_ptr<Service> market;
};
enum class For { reading, writing };   // reading goes beside a server that holds the folder
Result<Opened> open(const Cli& cli, For purpose, bool load = true) {
  Opened opened;
  if (purpose == For::reading) {
    TRY(opened.db, store::open_sqlite_reader(cli.database()));
  } else {
    std::error_code ignored;
    std::filesystem::create_directories(cli.data, ignored);
    TRY(opened.db, store::open_sqlite({.path = cli.database(), .readers = 2, .clock = &kClock}));
  }
  TRY(auto programs, load_programs(cli.data));
  opened.region = std::make_unique<region::Service>(*opened.db, kClock);
  opened.market = std::make_unique<Service>(*opened.db, kClock, std::move(programs));
  if (load) TRY_VOID(opened.market->load([&](double share) { cli.progress(share, {"读入供需", "reading listings"}); }));
  return opened;
}

void print_match(const Cli& cli, const MatchView& view, const Match& m, int rank) {
  const auto row = view.rows.find(m.listing.id);
  const auto party = row == view.rows.end() ? std::string() : row->second.party_name;
  cli.print(fmt::format("{:>3}  {:.3f}  {}  {}{}", rank, m.score, pad(text::ellipsis(m.listing.title, 30), 44), party, m.listing.illustrative ? cli.word({"（示意数据）", " (illustrative)"}) : ""));
  std::string parts, verdicts;
  for (const auto& p : m.parts)
    if (p.contribution != 0) parts += fmt::format("{}{} {:.3f}{}", parts.empty() ? "" : " + ", cli.word(p.label), p.contribution, p.because.zh.empty() ? "" : " (" + cli.word(p.because) + ")");
  for (const auto& v : m.conditions) {
    if (!v.demanded) continue;
    const char* mark = v.truth == Truth::yes ? "✓" : v.truth == Truth::no ? "✗" : "?";
    verdicts += fmt::format("  {} {}", mark, cli.word(v.truth == Truth::yes ? v.label : v.sentence));
  }
  if (!parts.empty()) cli.print("     " + cli.word({"得分：", "score: "}) + parts);
  if (!verdicts.empty()) cli.print("   " + verdicts);
}

struct MatchOptions {
  std::string program = "supply-demand", need, offer, listing;
  std::vector<std::string> fields, codes;
  int top = 10;
};

Result<void> run_match(const Cli& cli, const MatchOptions& options) {
  if ((options.need.empty() ? 0 : 1) + (options.offer.empty() ? 0 : 1) + (options.listing.empty() ? 0 : 1) != 1)
    return fail(Code::invalid, "match.question", {"请用 --need、--offer 或 --listing 中的一个说明要找什么", "say what to look for with one of --need, --offer and --listing"});
  TRY(auto opened, open(cli, For::reading));
  TRY(const auto p, opened.market->program(options.program));
  MatchQuestion question{.program = options.program, .side = options.offer.empty() ? Side::need : Side::offer, .listing = options.listing, .top = options.top};
  question.input.text = question.side == Side::need ? options.need : options.offer;
  question.input.codes = options.codes;
  const auto& side = p->side(question.side);
  std::vector<FieldValue> values(side.fields.size());
  for (const auto& given : options.fields) {
    const auto equals = given.find('=');
    const int at = side.position(given.substr(0, equals));
    if (equals == std::string::npos || at < 0) {
      std::string known;
      for (const auto& field : side.fields) known += (known.empty() ? "" : ", ") + field.id;
      return fail(Code::invalid, "match.field", {"--field " + given + " 无效；写作 名称=值，名称有：" + known, "--field " + given + " is invalid: write name=value, names are: " + known});
    }
    TRY(values[static_cast<std::size_t>(at)], parse_field_text(side.fields[static_cast<std::size_t>(at)], given.substr(equals + 1), opened.market->known_codes(), "--field " + given));
  }
  question.input.fields = fields_to_json(*p, question.side, values);
  TRY(const auto view, opened.db->read_as<MatchView>([&](store::Reader& db) { return opened.market->match(db, region::system_actor(), question); }));
  if (cli.json) {
    cli.print_json(to_json(view, options.program, kClock.now(), cli.language));
    return {};
  }
  cli.say({fmt::format("在 {} 条中找到 {} 条，用时 {:.1f} 毫秒", view.answer.listings, view.answer.matches.size(), static_cast<double>(view.micros) / 1000),
           fmt::format("{} found among {}, in {:.1f} ms", view.answer.matches.size(), view.answer.listings, static_cast<double>(view.micros) / 1000)});
  int rank = 0;
  for (const auto& m : view.answer.matches) print_match(cli, view, m, ++rank);
  if (!view.answer.near_misses.empty()) cli.print(cli.word({"差一点（只有一个条件不符）：", "near misses (exactly one condition fails):"}));
  rank = 0;
  for (const auto& m : view.answer.near_misses) print_match(cli, view, m, ++rank);
  if (!view.answer.refused.empty()) cli.print(cli.word({"不符合（两项以上条件不符）：", "may not deliver (two conditions fail, or more):"}));
  rank = 0;
  for (const auto& m : view.answer.refused) print_match(cli, view, m, ++rank);
  return {};
}

Result<void> import_codes(const Cli& cli, const std::string& file) {
  TRY(const auto bytes, read_whole(file));
  TRY(const auto table, parse_industry_table(bytes));
  TRY(auto opened, open(cli, For::writing, false));
  TRY_VOID(opened.db->write([&](store::Writer& db) -> Result<void> {
    for (const auto& code : table) TRY_VOID(put_code(db, code));
    return db.journal(region::entry_of(region::system_actor(), "codes.imported", "codes", "", {}, json::object({{"codes", static_cast<std::int64_t>(table.size())}})));
  }));
  cli.say({fmt::format("已导入 {} 个行业代码", table.size()), fmt::format("imported {} industry codes", table.size())});
  return {};
}

struct ImportOptions {
  std::string kind, file, program = "supply-demand", side = "need";
  bool dry_run = false, all_or_nothing = false;
};

Result<void> run_import_command(const Cli& cli, const ImportOptions& options) {
  if (options.kind == "codes") return import_codes(cli, options.file);
  const auto kind = parse_table_kind(options.kind);
  if (!kind) return fail(Code::invalid, "import.kind", {"可导入 parties、listings 或 codes", "parties, listings or codes can be imported"});
  TRY(auto opened, open(cli, For::writing));
  ImportRequest request{.kind = *kind, .program = options.program, .side = parse_side(options.side).value_or(Side::need), .path = options.file, .dry_run = options.dry_run,
                        .all_or_nothing = options.all_or_nothing, .import = new_id("imp", kClock)};
  Watch watch;
  watch.progress = [&](double share, const Text& doing) { cli.progress(share, doing); };
  TRY(const auto result, run_import(*opened.db, *opened.market, *opened.region, region::system_actor(), request, watch));
  cli.progress(1, {"完成", "done"});
  if (cli.json) cli.print_json(to_json(result, cli.language));
  for (std::size_t i = 0; !cli.json && i < std::min<std::size_t>(result.faults.size(), 20); ++i) {
    const auto& f = result.faults[i];
    cli.print(cli.word({fmt::format("第 {} 行 {}：{}", f.row, f.column, f.detail.zh), fmt::format("row {} {}: {}", f.row, f.column, f.detail.en)}));
  }
  cli.say({fmt::format("{} 行：{} 行正确，{} 行有误；写入 {}，未变 {}{}", result.rows, result.good, result.bad, result.taken, result.unchanged, result.dry_run ? "（试导入，没有写入）" : ""),
           fmt::format("{} rows: {} good, {} bad; {} taken, {} unchanged{}", result.rows, result.good, result.bad, result.taken, result.unchanged, result.dry_run ? " (dry run: nothing was written)" : "")});
  if (result.bad > 0 && options.all_or_nothing) return fail(Code::invalid, "import.refused", {"有错误行，按要求没有写入任何内容", "some rows are bad; as asked, nothing was written"});
  return {};
}

struct ExportOptions {
  std::string kind, file = "-", program = "supply-demand", side = "need";
};

Result<void> run_export(const Cli& cli, const ExportOptions& options) {
  const auto kind = parse_table_kind(options.kind);
  const auto side = parse_side(options.side);
  if (!kind || !side) return fail(Code::invalid, "export.kind", {"可导出 parties 或 listings，--side 为 need 或 offer", "parties or listings can be exported, --side is need or offer"});
  TRY(auto opened, open(cli, For::reading, false));
  std::shared_ptr<const Program> p;
  if (*kind == TableKind::listings) { TRY(p, opened.market->program(options.program)); }
  const bool xlsx = options.file.ends_with(".xlsx");
  std::unique_ptr<table::XlsxWriter> sheet;
  std::ofstream file;
  if (xlsx) sheet = std::make_unique<table::XlsxWriter>(options.file, "jiaoji");
  else if (options.file != "-") file.open(options.file, std::ios::binary);
  std::ostream& out = options.file == "-" ? std::cout : file;
  const auto put = [&](const std::vector<std::string>& cells, bool heading) {
    if (xlsx) return sheet->row(cells, heading);
    std::string line(heading ? table::kByteOrderMark : "");
    table::write_csv_row(line, cells);
    out << line;
  };
  put(template_of(p.get(), *side, *kind).heading, true);
  const auto actor = region::system_actor();
  TRY_VOID(opened.db->read([&](store::Reader& db) -> Result<void> {
    std::string after;
    for (bool more = true; more;) {
      if (*kind == TableKind::parties) {
        TRY(const auto rows, region::list_parties(db, actor, {.after = after, .limit = 1000}));
        for (const auto& row : rows) {
          TRY(const auto cells, to_cells(db, actor, row));
          put(cells, false);
          after = row.id;
        }
        more = rows.size() == 1000;
      } else {
        TRY(auto rows, list_listings(db, actor, {.program = p->id, .after = after, .side = *side, .open = true, .limit = 1000}));
        for (auto& row : rows) {
          TRY_VOID(read_fields(*p, row));
          put(to_cells(*p, row), false);
          after = row.listing.id;
        }
        more = rows.size() == 1000;
      }
    }
    return {};
  }));
  if (xlsx) return sheet->finish();
  if (!out.flush()) return fail(Code::unavailable, "export.cannot_write", {"无法写出 " + options.file, "cannot write " + options.file});
  return {};
}

using MoreSample = std::function<Result<void>(store::Database&)>;

Result<void> run_sample(const Cli& cli, const SampleOptions& options, const MoreSample& more) {
  TRY(auto opened, open(cli, For::writing, false));
  TRY_VOID(make_sample(*opened.db, *opened.market, *opened.region, options, [&](double share, const Text& doing) { cli.progress(share, doing); }));
  static const SystemClock clock;
  rules::Service standards(clock);
  TRY_VOID(rules::make_sample(*opened.db, standards));
  TRY(auto vocabulary, policy::carried_vocabulary());
  policy::Service policies(clock, standards, std::move(vocabulary));
  TRY_VOID(policy::make_sample(*opened.db, policies));
  mobility::Service mobility(*opened.db, clock);
  TRY_VOID(mobility::make_sample(mobility));
  TRY_VOID(more(*opened.db));
  cli.say({fmt::format("已建立示意区域（7 个城市，{} 条示意供需）。可试用的登录名，密码都是 {}：", options.listings, options.password),
           fmt::format("made the sample region (7 cities, {} illustrative listings). Sign-ins to try, all with the password {}:", options.listings, options.password)});
  for (const auto& account : sample_accounts()) cli.say({fmt::format("  {}{}", pad(account.login, 18), account.who.zh), fmt::format("  {}{}", pad(account.login, 18), account.who.en)});
  return {};
}

struct EvaluateOptions {
  std::string corpus, queries, qrels, memory_queries, memory_qrels;
};

Result<void> run_evaluate(const Cli& cli, const EvaluateOptions& options) {
  TRY(const auto corpus, read_whole(options.corpus));
  TRY(const auto queries, read_whole(options.queries));
  TRY(const auto qrels, read_whole(options.qrels));
  std::string memory_queries, memory_qrels;
  if (options.memory_queries.empty() != options.memory_qrels.empty())
    return fail(Code::invalid, "evaluate.memory", {"--memory-queries 与 --memory-qrels 要一起给出", "--memory-queries and --memory-qrels go together"});
  if (!options.memory_queries.empty()) {
    TRY(memory_queries, read_whole(options.memory_queries));
    TRY(memory_qrels, read_whole(options.memory_qrels));
  }
  TRY(const auto figures, evaluate({corpus, queries, qrels, memory_queries, memory_qrels}));
  if (cli.json) cli.print_json(to_json(figures));
  else cli.print(fmt::format("queries {}\nMRR@10 {:.4f}\nnDCG@10 {:.4f}\nrecall@100 {:.4f}\np50 {:.0f} us\np99 {:.0f} us", figures.queries, figures.mrr_at_10, figures.ndcg_at_10,
                             figures.recall_at_100, figures.p50_us, figures.p99_us));
  return {};
}

void add_match(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<MatchOptions>();
  auto* command = app.add_subcommand("match", "who fits a need, who nearly does, and why");
  command->add_option("--program", options->program, "market (default supply-demand)");
  auto* need = command->add_option("--need", options->need, "the need in your own words");
  auto* offer = command->add_option("--offer", options->offer, "or an offer: who needs it?");
  auto* listing = command->add_option("--listing", options->listing, "or the id of a listing");
  need->excludes(offer)->excludes(listing);
  offer->excludes(listing);
  command->add_option("--field", options->fields, "name=value, may be repeated: quantity=1.2万件");
  command->add_option("--code", options->codes, "industry code, may be repeated");
  command->add_option("--top", options->top, "how many (default 10)")->check(CLI::Range(1, 50));
  command->footer("example: jiaoji match --need \"船用曲轴，42CrMo，年需两千件\" --top 5");
  command->callback(cli.runs([options, &cli] { return run_match(cli, *options); }));
}

void add_tables(CLI::App& app, Cli& cli) {
  auto in = std::make_shared<ImportOptions>();
  auto* import = app.add_subcommand("import", "take in parties, listings or industry codes");
  import->add_option("KIND", in->kind, "parties, listings or codes")->required();
  import->add_option("FILE", in->file, "CSV (UTF-8 or GB18030) or .xlsx; codes: tab-separated")->required();
  import->add_option("--program", in->program, "market of the listings (default supply-demand)");
  import->add_option("--side", in->side, "need or offer")->check(CLI::IsMember({"need", "offer"}));
  import->add_flag("--dry-run", in->dry_run, "only report");
  import->add_flag("--all-or-nothing", in->all_or_nothing, "one bad row refuses the file");
  import->footer("example: jiaoji import listings needs.xlsx --side need --dry-run");
  import->callback(cli.runs([in, &cli] { return run_import_command(cli, *in); }));

  auto out = std::make_shared<ExportOptions>();
  auto* export_command = app.add_subcommand("export", "give out parties or listings as CSV or .xlsx");
  export_command->add_option("KIND", out->kind, "parties or listings")->required();
  export_command->add_option("FILE", out->file, "file.csv, file.xlsx, or - (default)");
  export_command->add_option("--program", out->program, "market of the listings (default supply-demand)");
  export_command->add_option("--side", out->side, "need or offer");
  export_command->footer("example: jiaoji export listings offers.xlsx --side offer");
  export_command->callback(cli.runs([out, &cli] { return run_export(cli, *out); }));
}

void add_sample(CLI::App& app, Cli& cli, MoreSample more) {
  auto options = std::make_shared<SampleOptions>();
  auto* command = app.add_subcommand("sample", "make the sample region in an empty data folder");
  command->add_option("--listings", options->listings, "how many made-up listings (default 5000)")->check(CLI::Range(0, 10'000'000));
  command->add_option("--seed", options->seed, "other words with another number");
  command->footer("example: jiaoji sample --data ./data --listings 1000000 --seed 1");
  command->callback(cli.runs([options, &cli, more = std::move(more)] { return run_sample(cli, *options, more); }));
}

void add_evaluate(CLI::App& app, Cli& cli) {
  auto* market = app.add_subcommand("market", "judge the market's ranking");
  market->require_subcommand(1);
  auto options = std::make_shared<EvaluateOptions>();
  auto* command = market->add_subcommand("evaluate", "MRR, nDCG, recall and time on judged queries of your own");
  command->add_option("--corpus", options->corpus, "JSON lines {\"id\", \"title\", \"text\"}")->required();
  command->add_option("--queries", options->queries, "id<TAB>text")->required();
  command->add_option("--qrels", options->qrels, "query<TAB>0<TAB>document<TAB>1")->required();
  command->add_option("--memory-queries", options->memory_queries, "earlier queries; one never remembers itself");
  command->add_option("--memory-qrels", options->memory_qrels, "and what was accepted for them");
  command->footer("example: jiaoji market evaluate --corpus c.jsonl --queries q.tsv --qrels r.tsv --json");
  command->callback(cli.runs([options, &cli] { return run_evaluate(cli, *options); }));
}

}  // namespace

Result<std::vector<std::shared_ptr<const Program>>> load_programs(const std::string& data) {
  std::map<std::string, std::shared_ptr<const Program>> programs;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with("programs/") || !file.path.ends_with("/program.toml")) continue;
    if (!is_market(file.bytes)) continue;
    TRY(auto program, parse_program(file.bytes, file.path));
    // The right side is evaluated first: the id must not be asked of what was moved from.
    auto made = std::make_shared<const Program>(std::move(program));
    programs[made->id] = made;
  }
  std::error_code ignored;
  for (const auto& folder : std::filesystem::directory_iterator(data + "/programs", ignored)) {
    const auto path = folder.path() / "program.toml";
    if (!std::filesystem::exists(path)) continue;
    TRY(const auto bytes, read_whole(path.string()));
    if (!is_market(bytes)) continue;
    TRY(auto program, parse_program(bytes, path.string()));
    auto made = std::make_shared<const Program>(std::move(program));
    programs[made->id] = made;
  }
  std::vector<std::shared_ptr<const Program>> list;
  for (auto& [id, program] : programs) list.push_back(std::move(program));
  return list;
}

void add_commands(CLI::App& app, Cli& cli, std::function<Result<void>(store::Database&)> more_sample) {
  add_match(app, cli);
  add_tables(app, cli);
  add_sample(app, cli, std::move(more_sample));
  add_evaluate(app, cli);
}

}  // namespace jiaoji::market
