// Uploads that wait on the disk until a job has read them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jiaoji::store {

// Keeps the bytes of an upload in `folder`, under a name of its own, never the one that a caller gave, until a job has read them; the path.
// Error: unavailable under `key`, when the disk does not take them.
Result<std::string> keep_upload(const std::string& folder, std::string_view bytes, const char* key);

}  // namespace jiaoji::store
