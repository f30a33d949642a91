// The page: files of web/dist inside the binary, as they are or compressed (.br beside them).
#pragma once

#include "http/router.h"

namespace jiaoji::http {

// Answers every path that is not the API's: a file of web/dist, else index.html, because the page's own router knows its
// places. Files below assets/ carry a hash in their names and may be kept for ever.
Handler page_handler();

}  // namespace jiaoji::http
