// read_xlsx: any bytes as the first sheet of a good workbook; and any bytes as the whole file.
#include <unistd.h>
#include <zip.h>

#include <cstdlib>
#include <fstream>

#include "base/table.h"

namespace {

void read(const std::string& path) {
  (void)jiaoji::table::read_xlsx(path, {.unpacked_bytes = 1u << 20}, [](const auto&) { return true; }, [](jiaoji::table::Row&) { return true; });
}

void add(zipFile zip, const char* name, std::string_view bytes) {
  zipOpenNewFileInZip(zip, name, nullptr, nullptr, 0, nullptr, 0, nullptr, 0, 0);  // stored, so that the fuzzer's bytes stand as they are
  zipWriteInFileInZip(zip, bytes.data(), static_cast<unsigned>(bytes.size()));
  zipCloseFileInZip(zip);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const std::string path = "/dev/shm/fuzz_xlsx." + std::to_string(::getpid());
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(size));
  read(path);
  const auto zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  add(zip, "xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>)");
  add(zip, "xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)");
  add(zip, "xl/sharedStrings.xml", "<sst><si><t>a</t></si><si><t>b</t></si></sst>");
  add(zip, "xl/worksheets/sheet1.xml", bytes);
  zipClose(zip, nullptr);
  read(path);
  return 0;
}
