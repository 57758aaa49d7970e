#include "http/tls_context.h"

#include <memory>
#include <utility>

#include <openssl/ssl.h>

namespace pinion::http {

base::Result<TlsContext> LoadTlsContext(const TlsFiles& files) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  boost::system::error_code error;
  context->use_certificate_chain_file(files.certificate_chain, error);
  if (error) {
    return base::InvalidArgument("Cannot use the certificate file " + files.certificate_chain +
                                 ": " + error.message());
  }
  context->use_private_key_file(files.private_key, ssl::context::pem, error);
  if (error) {
    return base::InvalidArgument("Cannot use the key file " + files.private_key + ": " +
                                 error.message());
  }
  return TlsContext(std::move(context));
}

}  // namespace pinion::http
