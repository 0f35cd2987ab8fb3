# Homebrew formula. From a clone of the sources (it has no published archive yet):
#   brew install --HEAD --formula share/packaging/homebrew/phone-agent.rb
class PhoneAgent < Formula
  desc "AI agent that phones people and is phoned"
  # There is no licence (see the caveats) and no home page: none is named here.
  head "file://#{File.expand_path("../../..", __dir__)}", using: :git

  depends_on "cmake" => :build
  depends_on "cli11" => :build
  depends_on "ninja" => :build
  depends_on "pkgconf" => :build
  depends_on "rapidjson" => :build
  depends_on "curl"
  depends_on "fmt"
  depends_on "libuv"
  depends_on "libwebsockets"
  depends_on "openssl@3"

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DBUILD_TESTING=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
    doc.install "share/packaging/debian/copyright"
  end

  def caveats
    "No licence has been chosen by its owner: see the copyright file."
  end

  # In the foreground it is one pipeline; as a service it runs from the directory of the agent.
  service do
    run ["/bin/sh", "-c", "pa-tunnel | pa-webhook-sync | pa-bridge --public-url -"]
    environment_variables PATH: std_service_path_env
    keep_alive true
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/pa-dial --version") unless head?
    system bin/"pa-doctor", "--init", testpath/"agent"
    assert_path_exists testpath/"agent/persona.md"
  end
end
