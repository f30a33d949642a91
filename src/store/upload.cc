#include "store/upload.h"

#include <filesystem>
#include <fstream>

#include "base/ids.h"

namespace jiaoji::store {

Result<std::string> keep_upload(const std::string& folder, std::string_view bytes, const char* key) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  auto path = folder + "/" + random_hex(16);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) return fail(Code::unavailable, key, {"无法暂存文件（磁盘已满？）", "cannot keep the file (disk full?)"});
  return path;
}

}  // namespace jiaoji::store
