namespace Fairlead.Bench.Gateway;

/// <summary>
/// nginx and HAProxy as one would set them up for this: a worker per core, connections kept on both sides, no access log, the
/// same headers added as the gateway adds. nginx buffers answers, as it does by default, and has memory for the whole of a
/// large request, which it would otherwise write to disk.
/// </summary>
internal static class Configurations
{
    public static string Nginx(string folder, int port, int echo) => $$"""
        daemon off;
        worker_processes {{Environment.ProcessorCount}};
        worker_rlimit_nofile 20000;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/nginx.log crit;
        events { worker_connections 8192; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          client_max_body_size 16m;
          client_body_buffer_size 128k;
          keepalive_requests 100000000;
          upstream echo {
            server 127.0.0.1:{{echo}};
            keepalive 256;
            keepalive_requests 100000000;
          }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / {
              proxy_pass http://echo;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Forwarded-Host $http_host;
              proxy_set_header X-Request-Id $request_id;
            }
          }
        }
        """;

    public static string Haproxy(int port, int echo) => $$"""
        global
          nbthread {{Environment.ProcessorCount}}
          maxconn 8192
        defaults
          mode http
          option http-keep-alive
          option forwardfor
          http-reuse always
          timeout connect 1s
          timeout client 75s
          timeout server 30s
        frontend public
          bind 127.0.0.1:{{port}} backlog 4096
          http-request set-header X-Forwarded-Proto http
          http-request set-header X-Forwarded-Host %[req.hdr(host)]
          http-request set-header X-Request-Id %[uuid]
          default_backend echo
        backend echo
          server echo 127.0.0.1:{{echo}}

        """;
}
