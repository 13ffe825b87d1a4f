# The same image from files that were put together outside, for where no registry of images is reached (deploy/README.md):
# node deploy/container/assemble.mjs out/app && node deploy/container/base.mjs out/base && buildah build -f deploy/container/assembled.Dockerfile -t order-mesh out
FROM scratch
COPY base/ /
COPY app/ /app/
# no home, no shell, nothing written: /tmp is the one place that may have to be writable
ENV NODE_ENV=production BIND_ADDRESS=0.0.0.0
WORKDIR /app
USER 65532:65532
EXPOSE 9464
ENTRYPOINT ["/app/bin/node", "/app/deploy/container/dist/bundle/main.mjs"]
