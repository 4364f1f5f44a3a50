#pragma once

#include <stdexcept>
#include <string>

namespace starling {

/// Base of every exception the library throws. The message names the place, the argument, its value and the
/// rule.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller's input breaks a rule: a value out of range, sizes that disagree, a malformed file.
class InputError : public Error {
 public:
  using Error::Error;
};

/// The machine cannot do what was asked: no device, no memory, no space on the disk.
class ResourceError : public Error {
 public:
  using Error::Error;
};

/// The backend asked for is not part of this build or has no device.
class BackendUnavailable : public ResourceError {
 public:
  using ResourceError::ResourceError;
};

/// A call that cannot be part of a graph was made while one was recorded; the message names the call.
class CaptureError : public Error {
 public:
  using Error::Error;
};

/// A computation produced a value that is not finite; the message names the operation.
class NonFiniteError : public Error {
 public:
  using Error::Error;
};

/// The caller asked for a stop. What was done so far has been saved where the message says.
class Interrupted : public Error {
 public:
  using Error::Error;
};

}  // namespace starling
