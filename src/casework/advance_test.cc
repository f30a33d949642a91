#include <gtest/gtest.h>

#include "casework/advance.h"
