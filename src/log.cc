#include "log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace jiaoji {

namespace {

class SpdLog final : public Log {
 public:
  explicit SpdLog(spdlog::sink_ptr sink) : pool_(std::make_shared<spdlog::details::thread_pool>(8192, 1)) {
    logger_ = std::make_shared<spdlog::async_logger>("jiaoji", std::move(sink), pool_, spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_pattern("%v");
  }
  ~SpdLog() override { logger_->flush(); }
  void line(const std::string& json) override { logger_->info("{}", json); }

 private:
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

class NoLog final : public Log {
  void line(const std::string&) override {}
};

}  // namespace

Result<std::shared_ptr<Log>> Log::open(const std::string& target) {
  if (target.empty()) return std::make_shared<NoLog>();
  if (target == "-") return std::make_shared<SpdLog>(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  try {
    return std::make_shared<SpdLog>(std::make_shared<spdlog::sinks::basic_file_sink_mt>(target));
  } catch (const spdlog::spdlog_ex&) {
    return fail(Code::unavailable, "log.cannot_open", {"打不开日志文件：" + target, "cannot open the log file: " + target});
  }
}

}  // namespace jiaoji
