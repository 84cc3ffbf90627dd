using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// Work on a GPU that is captured once and then started as a whole (a CUDA graph), which TorchSharp does not bind: through
/// libtorch's own class (<c>aten/src/ATen/cuda/CUDAGraph.h</c>), by its C++ names. The processor starts some hundred
/// operations one by one for longer than the GPU takes to run them. One thread, that which chose the stream.
/// </summary>
/// <remarks>
/// An error inside these calls, unlike inside TorchSharp's, ends the process with libtorch's words on the standard error
/// output: nothing stands between its exception and the runtime. <see cref="InferenceOptions.UseCudaGraph"/> avoids them.
/// </remarks>
internal sealed class CudaGraph : SafeHandleZeroOrMinusOneIsInvalid
{
    private const string Library = "libtorch_cuda.so", StreamLibrary = "libc10_cuda.so";

    private const string Construct = "_ZN2at4cuda9CUDAGraphC1Eb";
    private const string Destruct = "_ZN2at4cuda9CUDAGraphD1Ev";
    private const string BeginCapture = "_ZN2at4cuda9CUDAGraph13capture_beginESt4pairIyyE21cudaStreamCaptureMode";
    private const string EndCapture = "_ZN2at4cuda9CUDAGraph11capture_endEv";
    private const string ReplayCaptured = "_ZN2at4cuda9CUDAGraph6replayEv";
    private const string StreamFromPool = "_ZN3c104cuda17getStreamFromPoolEba";
    private const string SetCurrentStream = "_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE";

    // The object has some hundred bytes in libtorch 2.10; how many, only its header says.
    private const int ObjectBytes = 16384;

    // cudaStreamCaptureModeThreadLocal: what other threads do with the GPU meanwhile is theirs.
    private const int ThreadLocal = 1;

    [ThreadStatic]
    private static bool _hasOwnStream;

    /// <summary>Nothing captured; <see cref="Capture"/> captures.</summary>
    internal CudaGraph()
        : base(ownsHandle: true)
    {
        nint memory = Marshal.AllocHGlobal(ObjectBytes);
        Marshal.Copy(new byte[ObjectBytes], 0, memory, ObjectBytes);
        NewGraph(memory, false);
        SetHandle(memory);
    }

    /// <summary>Whether this libtorch exports what is needed; one of another version may not, and one without CUDA does not.</summary>
    public static bool IsAvailable { get; } =
        NativeExports.Has(Library, Construct, Destruct, BeginCapture, EndCapture, ReplayCaptured) && NativeExports.Has(StreamLibrary, StreamFromPool, SetCurrentStream);

    /// <summary>
    /// From now on the calling thread's work goes to a stream of its own, if it doesn't already, without which nothing can
    /// be captured: the default stream waits for all others. Without effect where graphs are not available.
    /// </summary>
    /// <param name="device">Index of the GPU.</param>
    public static void UseOwnStream(int device)
    {
        if (IsAvailable && !_hasOwnStream)
        {
            SetCurrent(FromPool(false, checked((sbyte)device)));
            _hasOwnStream = true;
        }
    }

    /// <summary>
    /// Captures the work without running it. It must have run before on this stream, so that libraries have chosen their
    /// algorithms, and may not wait for the GPU. The caller keeps the tensors that it reads and those that it makes and
    /// somebody reads later: the graph knows only where they lie.
    /// </summary>
    /// <param name="work">Starts the operations on the current stream. If it throws, this thread can use the GPU no more.</param>
    public static CudaGraph Capture(Action work)
    {
        CudaGraph graph = new();
        Begin(graph, 0, 0, ThreadLocal);
        work();
        End(graph);
        return graph;
    }

    /// <summary>Starts the captured work on the current stream, and returns at once.</summary>
    public void Replay() => Replay(this);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Delete(handle);
        Marshal.FreeHGlobal(handle);
        return true;
    }

    [DllImport(Library, EntryPoint = Construct)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void NewGraph(nint memory, [MarshalAs(UnmanagedType.U1)] bool keepUninstantiated);

    [DllImport(Library, EntryPoint = Destruct)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Delete(nint graph);

    // The pool's identity is a pair of numbers, passed in two registers; zeros ask for a pool of its own.
    [DllImport(Library, EntryPoint = BeginCapture)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Begin(CudaGraph graph, ulong pool, ulong poolOfUser, int mode);

    [DllImport(Library, EntryPoint = EndCapture)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void End(CudaGraph graph);

    [DllImport(Library, EntryPoint = ReplayCaptured)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Replay(CudaGraph graph);

    [DllImport(StreamLibrary, EntryPoint = StreamFromPool)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern CudaStream FromPool([MarshalAs(UnmanagedType.U1)] bool highPriority, sbyte device);

    [DllImport(StreamLibrary, EntryPoint = SetCurrentStream)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void SetCurrent(CudaStream stream);

    /// <summary>c10::cuda::CUDAStream: a device and a number, passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct CudaStream
    {
        private readonly long _device;
        private readonly long _number;
    }
}
