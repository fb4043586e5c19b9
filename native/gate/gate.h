// What all exports of the gate share: their visibility, and how a failure becomes a status and a text.

#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <string>

#define FLEXG_EXPORT extern "C" __attribute__((visibility("default")))

// The text of this thread's last failure.
inline thread_local std::string last_error;

template <typename F>
int guarded(F&& body) {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "unknown C++ exception";
  }
  return -1;
}
